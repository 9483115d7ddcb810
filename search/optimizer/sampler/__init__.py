"""Samplers: each decides whether a new network is begun next or a waiting trial promoted, and which."""

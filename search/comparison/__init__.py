"""`search.compare`: standard convolutions, separable convolutions and networks of a search under the same recipe."""

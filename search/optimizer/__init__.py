"""Which network next, and for how long."""

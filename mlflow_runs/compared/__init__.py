"""Studies and networks beside each other."""

"""The founding experiment: standard against separable against what a search found."""

"""`search.replay`: the same optimizer on a table of known results."""

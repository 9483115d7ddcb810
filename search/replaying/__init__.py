"""`search.replay`: the search's optimizer on a table of known results, without training."""

"""What the runs of a study hold: the parent run, a child run for each trial, and the front as a curve."""

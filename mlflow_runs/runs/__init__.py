"""What each kind of run holds: the study, a trial, the front as a curve."""

"""A network's deployed form: the operators of its int8 file, and by arithmetic the RAM and flash that they need."""

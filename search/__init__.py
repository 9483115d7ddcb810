"""How the space is explored: the commands, the optimizer, the training and the workers."""

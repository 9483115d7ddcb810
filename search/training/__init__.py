"""Trains networks and measures their accuracy, with Keras. It knows no study."""

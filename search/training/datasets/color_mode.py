"""How many channels the images of a folder have, under the names that Keras gives them."""

AUTO, GRAYSCALE, RGB = "auto", "grayscale", "rgb"

CHANNELS = {GRAYSCALE: 1, RGB: 3}

COLOR_MODES = (AUTO, *CHANNELS)
"""What a person may ask for. "auto" is grayscale if every image is grey."""

"""Shapes of tensors, without the batch."""

Shape = tuple[int, ...]  # (height, width, channels) or (units,)
ImageShape = tuple[int, int, int]  # (height, width, channels)

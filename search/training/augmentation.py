"""Random shifts and flips of images, inside TensorFlow's compiled step."""


def gather_augmented(images, index, *, crop: int, flip: bool, seed):
    """Take a batch out of a data set, each image shifted and flipped at random, in one gather operation.

    Args:
        images: uint8 tensor of shape (n, height, width, channels).
        index: Integer tensor of shape (batch,).
        crop: Largest shift in pixels, in each direction. Beyond the border lies its mirror image.
        flip: Whether each image is flipped left to right with probability 1/2.
        seed: Integer tensor of shape (2,). The same seed gives the same images.
    Returns:
        uint8 tensor of shape (batch, height, width, channels).
    """
    import tensorflow as tf

    _, height, width, channels = images.shape
    batch = tf.shape(index)[0]
    if not crop and not flip:
        return tf.gather(images, index)
    rows = tf.tile(tf.range(height)[None], [batch, 1])
    columns = tf.tile(tf.range(width)[None], [batch, 1])
    if crop:
        shifts = tf.random.stateless_uniform([2, batch, 1], seed, -crop, crop + 1, tf.int32)
        rows, columns = _mirrored(rows + shifts[0], height), _mirrored(columns + shifts[1], width)
    if flip:
        flipped = tf.random.stateless_uniform([batch, 1], seed + 1, 0, 2, tf.int32) > 0
        columns = tf.where(flipped, width - 1 - columns, columns)
    pixels = (index[:, None, None] * height + rows[:, :, None]) * width + columns[:, None, :]
    return tf.gather(tf.reshape(images, [-1, channels]), pixels)


def _mirrored(position, size: int):
    """Positions beyond a border are reflected about the border's own pixel."""
    import tensorflow as tf

    return size - 1 - tf.abs(size - 1 - tf.abs(position))

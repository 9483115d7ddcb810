"""The network as a device takes it: raw pixels in, probabilities out."""

from spaces.model_io import PIXEL_MEAN, PIXEL_SCALE


def deployable(network, *, dtype: str = "uint8"):
    """A Keras model with the preprocessing inside, on the weights of `network`.

    Args:
        network: What `Architecture.build` gave.
        dtype: Of the images it takes: uint8 as from a camera, or float32 of the same values, 0 to 255, which the
            quantiser wants.
    """
    import keras

    images = keras.Input(network.input_shape[1:], dtype=dtype, name="image")
    scaled = keras.layers.Rescaling(PIXEL_SCALE, offset=-PIXEL_MEAN * PIXEL_SCALE, name="scale")(images)
    return keras.Model(images, network(scaled), name="network")

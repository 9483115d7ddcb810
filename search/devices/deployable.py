"""The network as a device runs it: raw pixels in, probabilities out."""

from spaces.model_io import PIXEL_MEAN, PIXEL_SCALE


def deployable(network, *, dtype: str = "uint8", training: bool | None = None):
    """A Keras model that contains the preprocessing and shares the weights of `network`.

    Args:
        network: A model that `Architecture.build` has built.
        dtype: Type of the input images: uint8 as from a camera, or float32 with the same values, 0 to 255, as the
            quantiser needs.
        training: False for a file whose runtime knows nothing of training: layers that augment images then do nothing,
            by whatever function the model is called. By default the caller decides.
    """
    import keras

    images = keras.Input(network.input_shape[1:], dtype=dtype, name="image")
    scaled = keras.layers.Rescaling(PIXEL_SCALE, offset=-PIXEL_MEAN * PIXEL_SCALE, name="scale")(images)
    return keras.Model(images, network(scaled, training=training), name="network")

"""Convolutional networks as tutorials write them: each function makes one."""

import keras
from keras import layers

IMAGE = (16, 16, 3)


def classifier(inputs, tensor):
    """A model that ends in ten logits."""
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(tensor)))


def vgg():
    return keras.Sequential(
        [
            keras.Input(IMAGE),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.Conv2D(8, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(32, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def unet():
    inputs = keras.Input(IMAGE)
    first = layers.Conv2D(8, 3, padding="same", activation="relu")(inputs)
    second = layers.Conv2D(16, 3, padding="same", activation="relu")(layers.MaxPooling2D()(first))
    tensor = layers.Conv2D(32, 3, padding="same", activation="relu")(layers.MaxPooling2D()(second))
    tensor = layers.Concatenate()([layers.Conv2DTranspose(16, 2, strides=2)(tensor), second])
    tensor = layers.Concatenate()([layers.Conv2DTranspose(8, 3, strides=2, padding="same")(tensor), first])
    return keras.Model(inputs, layers.Conv2D(4, 1, activation="softmax")(tensor))


def deeplab():
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(8, 3, strides=2, padding="same")(inputs)
    branches = [layers.Conv2D(8, 3, dilation_rate=rate, padding="same")(tensor) for rate in (1, 2, 3)]
    pooled = layers.Conv2D(8, 1)(layers.GlobalAveragePooling2D(keepdims=True)(tensor))
    branches.append(layers.UpSampling2D(8, interpolation="bilinear")(pooled))
    return keras.Model(inputs, layers.Conv2D(4, 1)(layers.Concatenate()(branches)))


def resnext():
    inputs = keras.Input(IMAGE)
    tensor = shortcut = layers.Conv2D(16, 3, padding="same")(inputs)
    tensor = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(16, 1, use_bias=False)(tensor)))
    tensor = layers.Conv2D(16, 3, groups=4, padding="same")(tensor)
    return classifier(inputs, layers.Add()([layers.Conv2D(16, 1)(tensor), shortcut]))


def shufflenet():
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(12, 1, groups=3)(inputs)
    tensor = layers.Permute((1, 2, 4, 3))(layers.Reshape((16, 16, 3, 4))(tensor))
    tensor = layers.DepthwiseConv2D(3, strides=2, padding="same")(layers.Reshape((16, 16, 12))(tensor))
    return classifier(inputs, layers.Conv2D(12, 1, groups=3)(tensor))


def ghostnet():
    inputs = keras.Input(IMAGE)
    primary = layers.Conv2D(8, 1, activation="relu")(inputs)
    cheap = layers.DepthwiseConv2D(3, padding="same", activation="relu")(primary)
    return classifier(inputs, layers.Concatenate()([primary, cheap]))


def squeeze_and_excite():
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(16, 3)(inputs)
    weights = layers.Dense(4, activation="swish")(layers.GlobalAveragePooling2D()(tensor))
    weights = layers.Reshape((1, 1, 16))(layers.Dense(16, activation="sigmoid")(weights))
    return classifier(inputs, tensor * weights)


def cbam():
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(16, 3, padding="same")(inputs)
    shared = keras.Sequential([layers.Dense(4, activation="relu"), layers.Dense(16)])
    pooled = layers.GlobalAveragePooling2D()(tensor), layers.GlobalMaxPooling2D()(tensor)
    channels = keras.ops.sigmoid(shared(pooled[0]) + shared(pooled[1]))
    tensor = tensor * keras.ops.expand_dims(keras.ops.expand_dims(channels, 1), 1)
    maps = [keras.ops.mean(tensor, axis=-1, keepdims=True), keras.ops.max(tensor, axis=-1, keepdims=True)]
    return classifier(
        inputs, tensor * layers.Conv2D(1, 7, padding="same", activation="sigmoid")(keras.ops.concatenate(maps, -1))
    )


def inception():
    inputs = keras.Input(IMAGE)
    branches = [
        layers.Conv2D(8, 1)(inputs),
        layers.Conv2D(8, 3, padding="same")(layers.Conv2D(4, 1)(inputs)),
        layers.Conv2D(8, (1, 7), padding="same")(layers.Conv2D(4, (7, 1), padding="same")(inputs)),
        layers.Conv2D(8, 1)(layers.AveragePooling2D(3, strides=1, padding="same")(inputs)),
    ]
    return classifier(inputs, layers.Concatenate()(branches))


def densenet():
    inputs = tensor = keras.Input(IMAGE)
    for _ in range(3):
        new = layers.Conv2D(6, 3, padding="same")(layers.ReLU()(layers.BatchNormalization()(tensor)))
        tensor = layers.Concatenate()([tensor, new])
    return classifier(inputs, layers.AveragePooling2D(2)(layers.Conv2D(8, 1)(tensor)))


def siamese():
    encoder = keras.Sequential([keras.Input(IMAGE), layers.Conv2D(8, 3), layers.GlobalAveragePooling2D()])
    left, right = keras.Input(IMAGE), keras.Input(IMAGE)
    distance = keras.ops.absolute(encoder(left) - encoder(right))
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(distance))


def models_in_models():
    block = keras.Sequential([layers.Conv2D(8, 3, padding="same"), layers.BatchNormalization(), layers.ReLU()])
    inner = keras.Input((16, 16, 8))
    body = keras.Model(inner, layers.Add()([inner, keras.Sequential([block, layers.Conv2D(8, 1)])(inner)]))
    inputs = keras.Input(IMAGE)
    return classifier(inputs, body(body(layers.Conv2D(8, 1)(inputs))))


def backbone_of_any_size():
    image = keras.Input((None, None, 3))
    backbone = keras.Model(image, layers.Conv2D(8, 3, strides=2, padding="same")(layers.Conv2D(4, 3)(image)))
    inputs = keras.Input(IMAGE)
    large = backbone(layers.Resizing(32, 32)(inputs), training=False)
    vectors = [layers.GlobalMaxPooling2D()(maps) for maps in (backbone(inputs), large)]
    return keras.Model(inputs, layers.Dense(10)(layers.Concatenate()(vectors)))


def super_resolution():
    inputs = keras.Input((None, None, 1))
    tensor = layers.Conv2D(8, 5, padding="same", activation="tanh")(inputs)
    tensor = layers.Conv2D(4, 3, padding="same")(tensor)
    network = keras.Model(inputs, layers.Lambda(_depth_to_space)(tensor))
    image = keras.Input((12, 12, 1))
    return keras.Model(image, network(image))


def _depth_to_space(tensor):
    import tensorflow as tf

    return tf.nn.depth_to_space(tensor, 2)


def convmixer():
    inputs = keras.Input(IMAGE)
    tensor = layers.BatchNormalization()(layers.Conv2D(8, 4, strides=4, activation="gelu")(inputs))
    mixed = layers.Add()([layers.DepthwiseConv2D(3, padding="same", activation="gelu")(tensor), tensor])
    return classifier(inputs, layers.Conv2D(8, 1, activation="gelu")(mixed))


def xception():
    inputs = keras.Input(IMAGE)
    tensor = shortcut = layers.Conv2D(8, 3, padding="same")(layers.Rescaling(1 / 255)(inputs))
    tensor = layers.SeparableConv2D(16, 3, padding="same", depth_multiplier=2)(layers.Activation("relu")(tensor))
    tensor = layers.MaxPooling2D(3, strides=2, padding="same")(layers.SeparableConv2D(16, 5, padding="same")(tensor))
    return classifier(inputs, layers.add([tensor, layers.Conv2D(16, 1, strides=2)(shortcut)]))


def rows_as_text():
    inputs = keras.Input((32, 12))
    tensor = layers.Conv1D(8, 5, activation="relu")(inputs)
    tensor = layers.SeparableConv1D(8, 3)(layers.MaxPooling1D()(tensor))
    tensor = layers.Conv1DTranspose(6, 3, strides=2)(layers.DepthwiseConv1D(3)(tensor))
    return keras.Model(inputs, layers.Dense(2)(layers.GlobalMaxPooling1D()(tensor)))


def video():
    inputs = keras.Input((4, 8, 8, 2))
    tensor = layers.Conv3D(6, (2, 3, 3), activation="relu")(inputs)
    tensor = layers.Conv3DTranspose(4, 2, strides=2)(layers.MaxPooling3D((1, 2, 2))(tensor))
    return keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling3D()(tensor)))


def feature_pyramid():
    inputs = keras.Input(IMAGE)
    fine = layers.Conv2D(8, 3, strides=2, padding="same")(inputs)
    coarse = layers.Conv2D(16, 3, strides=2, padding="same")(fine)
    top = layers.Conv2D(8, 1)(coarse)
    merged = layers.UpSampling2D(2)(top) + layers.Conv2D(8, 1)(fine)
    head = layers.Conv2D(4, 3, padding="same", name="head")
    return keras.Model(inputs, {"coarse": head(top), "fine": head(merged)})


def augmented():
    augmentation = keras.Sequential([layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomZoom(0.1)])
    inputs = keras.Input(IMAGE)
    tensor = layers.RandomTranslation(0.1, 0.1)(augmentation(inputs))
    return classifier(inputs, layers.Conv2D(8, 3)(layers.GaussianNoise(0.1)(tensor)))


def cropped():
    # Without training RandomCrop leaves the size as it is.
    inputs = keras.Input(IMAGE)
    return classifier(inputs, layers.Conv2D(8, 3)(layers.RandomCrop(12, 12)(inputs)))


def discriminator():
    inputs = keras.Input(IMAGE)
    tensor = layers.SpectralNormalization(layers.Conv2D(8, 4, strides=2, padding="same"))(inputs)
    tensor = layers.Flatten()(layers.LeakyReLU(negative_slope=0.2)(tensor))
    return keras.Model(inputs, layers.SpectralNormalization(layers.Dense(1))(tensor))


def generator():
    inputs = keras.Input((8,))
    tensor = layers.Reshape((4, 4, 16))(layers.Dense(4 * 4 * 16)(inputs))
    tensor = layers.Conv2DTranspose(8, 4, strides=2, padding="same", activation="relu")(tensor)
    return keras.Model(inputs, layers.Conv2DTranspose(3, 5, strides=2, padding="same", activation="tanh")(tensor))


def maxout():
    inputs = keras.Input(IMAGE)
    tensor = layers.Reshape((14, 14, 4, 2))(layers.Conv2D(8, 3)(inputs))
    return classifier(inputs, keras.ops.max(tensor, axis=-1))


def activations_of_other_libraries():
    import tensorflow as tf

    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(8, 3, activation=tf.nn.leaky_relu)(inputs)
    tensor = layers.Conv2D(8, 3, activation=layers.PReLU())(tensor)
    return classifier(inputs, layers.Activation(lambda values: values * tf.sigmoid(values))(tensor))


def channels_first():
    inputs = keras.Input((3, 16, 16))
    tensor = layers.Conv2D(8, 3, data_format="channels_first")(inputs)
    tensor = layers.DepthwiseConv2D(3, data_format="channels_first")(tensor)
    tensor = layers.Conv2DTranspose(4, 2, strides=2, data_format="channels_first")(tensor)
    return keras.Model(inputs, layers.GlobalAveragePooling2D(data_format="channels_first")(tensor))

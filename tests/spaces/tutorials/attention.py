"""Networks with attention, tokens or windows as tutorials write them: each function makes one."""

import keras
from keras import layers, ops

IMAGE = (16, 16, 3)
WIDTH = 8


def patches(inputs, size=4):
    """Tokens of shape (n, patches, WIDTH)."""
    tensor = layers.Conv2D(WIDTH, size, strides=size)(inputs)
    return layers.Reshape((-1, WIDTH))(tensor)


def classifier(inputs, tokens):
    """A model that ends in ten logits."""
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling1D()(tokens)))


class Patches(keras.layers.Layer):
    """As in Keras's example of a vision transformer."""

    def call(self, images):
        tensor = ops.image.extract_patches(images, size=4)
        return ops.reshape(tensor, (ops.shape(images)[0], -1, tensor.shape[-1]))


class PatchEncoder(keras.layers.Layer):
    """Adds an embedding of the place to each patch."""

    def __init__(self, patches):
        super().__init__()
        self.patches = patches
        self.projection = layers.Dense(WIDTH)
        self.position_embedding = layers.Embedding(patches, WIDTH)

    def call(self, tokens):
        places = ops.expand_dims(ops.arange(self.patches), 0)
        return self.projection(tokens) + self.position_embedding(places)


def _transformer(tokens):
    normed = layers.LayerNormalization()(tokens)
    tokens = layers.Add()([layers.MultiHeadAttention(2, WIDTH // 2, dropout=0.1)(normed, normed), tokens])
    hidden = layers.Dense(2 * WIDTH, activation="gelu")(layers.LayerNormalization()(tokens))
    return layers.Add()([layers.Dropout(0.1)(layers.Dense(WIDTH)(hidden)), tokens])


def vision_transformer():
    inputs = keras.Input(IMAGE)
    return classifier(inputs, _transformer(_transformer(PatchEncoder(16)(Patches()(inputs)))))


def vision_transformer_of_layers():
    inputs = keras.Input(IMAGE)
    return classifier(inputs, _transformer(patches(inputs)))


def windows_by_reshape():
    # Each window of 4x4 is an image of its own in the batch.
    inputs = keras.Input(IMAGE)
    tensor = layers.Dense(WIDTH)(inputs)
    tensor = ops.transpose(ops.reshape(tensor, (-1, 4, 4, 4, 4, WIDTH)), (0, 1, 3, 2, 4, 5))
    tokens = ops.reshape(tensor, (-1, 16, WIDTH))
    tokens = _transformer(tokens)
    tensor = ops.transpose(ops.reshape(tokens, (-1, 4, 4, 4, 4, WIDTH)), (0, 1, 3, 2, 4, 5))
    return classifier(inputs, layers.Reshape((256, WIDTH))(ops.reshape(tensor, (-1, 16, 16, WIDTH))))


class WindowAttention(keras.layers.Layer):
    """Swin's attention in shifted windows."""

    def __init__(self, shift):
        super().__init__()
        self.shift = shift
        self.qkv = layers.Dense(3 * WIDTH)
        self.projection = layers.Dense(WIDTH)

    def call(self, images):
        _, height, width, channels = images.shape
        tensor = ops.roll(images, shift=(-self.shift, -self.shift), axis=(1, 2))
        tensor = ops.reshape(tensor, (-1, height // 4, 4, width // 4, 4, channels))
        tokens = ops.reshape(ops.transpose(tensor, (0, 1, 3, 2, 4, 5)), (-1, 16, channels))
        qkv = ops.reshape(self.qkv(tokens), (-1, 16, 3, 2, channels // 2))
        query, key, value = (ops.transpose(qkv[:, :, part], (0, 2, 1, 3)) for part in range(3))
        scores = ops.softmax(query @ ops.transpose(key, (0, 1, 3, 2)))
        tokens = ops.reshape(ops.transpose(scores @ value, (0, 2, 1, 3)), (-1, 16, channels))
        tensor = ops.reshape(self.projection(tokens), (-1, height // 4, width // 4, 4, 4, channels))
        return ops.reshape(ops.transpose(tensor, (0, 1, 3, 2, 4, 5)), (-1, height, width, channels))


def swin():
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(WIDTH, 2, strides=2)(inputs)
    for shift in (0, 2):
        tensor = tensor + WindowAttention(shift)(layers.LayerNormalization()(tensor))
    merged = layers.Concatenate()([tensor[:, row::2, column::2] for row in (0, 1) for column in (0, 1)])
    return classifier(inputs, layers.Reshape((16, -1))(layers.Dense(2 * WIDTH, use_bias=False)(merged)))


def tiles_in_the_batch():
    inputs = keras.Input((40, 8, 3))
    tiles = ops.reshape(inputs, (-1, 8, 8, 3))
    tensor = layers.Conv2D(8, 3, padding="same")(tiles)
    return keras.Model(inputs, ops.reshape(tensor, (-1, 40, 8, 8)))


def tiles_by_tensorflow():
    import tensorflow as tf

    class Tiles(keras.layers.Layer):
        def call(self, images):
            tiles = tf.image.extract_patches(images, [1, 4, 4, 1], [1, 4, 4, 1], [1, 1, 1, 1], "VALID")
            return tf.reshape(tiles, (tf.shape(images)[0] * 16, 4, 4, 3))

    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(6, 3)(Tiles()(inputs))
    tokens = layers.Lambda(lambda maps: tf.reshape(maps, (-1, 16, 24)))(tensor)
    return classifier(inputs, tokens)


def mlp_mixer():
    inputs = keras.Input(IMAGE)
    tokens = patches(inputs)
    mixed = layers.Permute((2, 1))(layers.LayerNormalization()(tokens))
    mixed = layers.Dense(16)(layers.Dense(32, activation="gelu")(mixed))
    return classifier(inputs, layers.Dense(WIDTH)(tokens + layers.Permute((2, 1))(mixed)))


def gated_mlp():
    inputs = keras.Input(IMAGE)
    left, right = ops.split(layers.Dense(2 * WIDTH, activation="gelu")(patches(inputs)), 2, axis=-1)
    gate = layers.Dense(16, bias_initializer="ones")(ops.transpose(right, (0, 2, 1)))
    return classifier(inputs, layers.Dense(WIDTH)(left * ops.transpose(gate, (0, 2, 1))))


def compact_transformer():
    inputs = keras.Input(IMAGE)
    tensor = layers.MaxPooling2D(3, 2, "same")(
        layers.ZeroPadding2D(1)(layers.Conv2D(WIDTH, 3, activation="relu")(inputs))
    )
    tokens = _transformer(layers.Reshape((-1, WIDTH))(tensor))
    weights = ops.softmax(layers.Dense(1)(tokens), axis=1)
    pooled = ops.squeeze(ops.matmul(ops.transpose(weights, (0, 2, 1)), tokens), -2)
    return keras.Model(inputs, layers.Dense(10)(pooled))


def external_attention():
    inputs = keras.Input(IMAGE)
    tokens = layers.Dense(4 * WIDTH)(patches(inputs))
    tokens = ops.transpose(ops.reshape(tokens, (-1, 16, 4, WIDTH)), (0, 2, 1, 3))
    weights = layers.Softmax(axis=2)(layers.Dense(6)(tokens))
    tokens = layers.Dense(WIDTH)(weights / (1e-9 + ops.sum(weights, axis=-1, keepdims=True)))
    return classifier(
        inputs, layers.Dense(WIDTH)(ops.reshape(ops.transpose(tokens, (0, 2, 1, 3)), (-1, 16, 4 * WIDTH)))
    )


def perceiver():
    class Latents(keras.layers.Layer):
        def build(self, shape):
            self.latents = self.add_weight(shape=(5, WIDTH), name="latents")

        def call(self, tokens):
            return ops.broadcast_to(self.latents, (ops.shape(tokens)[0], 5, WIDTH))

    inputs = keras.Input(IMAGE)
    tokens = patches(inputs)
    latents = layers.MultiHeadAttention(1, WIDTH)(Latents()(tokens), tokens, use_causal_mask=False)
    return classifier(inputs, _transformer(latents))


def attention_layers():
    inputs = keras.Input(IMAGE)
    tokens = patches(inputs)
    first = layers.Attention(use_scale=True)([tokens, tokens])
    second = layers.AdditiveAttention()([tokens, first])
    return classifier(inputs, layers.GroupQueryAttention(4, 4, 2)(second, second))


def attention_with_scores():
    inputs = keras.Input(IMAGE)
    tokens = patches(inputs)
    attention = layers.MultiHeadAttention(2, 4, value_dim=3, output_shape=6, flash_attention=False)
    outputs, scores = attention(tokens, tokens, return_attention_scores=True, use_causal_mask=True)
    return keras.Model(inputs, [layers.Dense(10)(layers.Flatten()(outputs)), scores])


def attention_over_two_axes():
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(WIDTH, 4, strides=4)(inputs)
    tensor = layers.MultiHeadAttention(2, 4, attention_axes=(1, 2))(tensor, tensor)
    return classifier(inputs, layers.Reshape((-1, WIDTH))(tensor))


def non_local():
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(WIDTH, 3, strides=2, padding="same")(inputs)
    theta, phi, g = (layers.Reshape((64, 4))(layers.Conv2D(4, 1)(tensor)) for _ in range(3))
    attention = layers.Softmax()(layers.Dot(axes=2)([theta, phi]))
    attended = layers.Reshape((8, 8, 4))(layers.Dot(axes=(2, 1))([attention, g]))
    return classifier(inputs, layers.Reshape((64, -1))(layers.Conv2D(WIDTH, 1)(attended) + tensor))


def linear_attention():
    inputs = keras.Input(IMAGE)
    tokens = patches(inputs)
    query, key, value = (layers.EinsumDense("bnc,chd->bnhd", (None, 2, 4))(tokens) for _ in range(3))
    context = ops.einsum("bnhd,bnhe->bhde", ops.elu(key) + 1, value)
    return classifier(inputs, ops.reshape(ops.einsum("bnhd,bhde->bnhe", ops.elu(query) + 1, context), (-1, 16, 8)))


def token_learner():
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(WIDTH, 2, strides=2)(inputs)
    maps = layers.Conv2D(3, 3, padding="same", activation="sigmoid")(tensor)
    maps = ops.reshape(maps, (-1, 64, 3))
    tokens = ops.matmul(ops.transpose(maps, (0, 2, 1)), ops.reshape(tensor, (-1, 64, WIDTH)))
    return classifier(inputs, _transformer(tokens))


def mobile_vit():
    # The same place of all patches attends to one another: places are in the batch.
    inputs = keras.Input(IMAGE)
    tensor = layers.Conv2D(WIDTH, 1)(layers.Conv2D(WIDTH, 3, padding="same", activation="swish")(inputs))
    places = ops.transpose(ops.reshape(tensor, (-1, 8, 2, 8, 2, WIDTH)), (0, 2, 4, 1, 3, 5))
    tokens = _transformer(ops.reshape(places, (-1, 64, WIDTH)))
    places = ops.transpose(ops.reshape(tokens, (-1, 2, 2, 8, 8, WIDTH)), (0, 3, 1, 4, 2, 5))
    return classifier(inputs, layers.Reshape((256, WIDTH))(ops.reshape(places, (-1, 16, 16, WIDTH))))


def fourier_network():
    inputs = keras.Input(IMAGE)
    tokens = patches(inputs)
    mixed, _ = ops.fft2((tokens, ops.zeros_like(tokens)))
    return classifier(inputs, layers.Dense(WIDTH)(tokens + mixed))

"""Recurrent and other networks for sequences as tutorials write them: each function makes one."""

import keras
from keras import layers, ops

ROWS = (12, 6)


def lstm_over_rows():
    return keras.Sequential([keras.Input(ROWS), layers.LSTM(8, dropout=0.1), layers.Dense(10)])


def stacked_gru():
    return keras.Sequential(
        [
            keras.Input(ROWS),
            layers.GRU(8, return_sequences=True),
            layers.GRU(4, reset_after=False, go_backwards=True),
            layers.Dense(10),
        ]
    )


def bidirectional():
    inputs = keras.Input(ROWS)
    tensor = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(inputs)
    return keras.Model(inputs, layers.Dense(3)(layers.Bidirectional(layers.SimpleRNN(5), merge_mode="sum")(tensor)))


def cells():
    inputs = keras.Input(ROWS)
    tensor = layers.RNN([layers.LSTMCell(5), layers.GRUCell(4)], return_sequences=True)(inputs)
    return keras.Model(inputs, layers.RNN(layers.SimpleRNNCell(3))(tensor))


def encoder_and_decoder():
    source, target = keras.Input(ROWS), keras.Input((7, 5))
    _, *states = layers.LSTM(8, return_state=True)(source)
    return keras.Model(
        [source, target], layers.Dense(5)(layers.LSTM(8, return_sequences=True)(target, initial_state=states))
    )


def convolutional_lstm():
    inputs = keras.Input((3, 8, 8, 2))
    tensor = layers.ConvLSTM2D(4, 3, padding="same", return_sequences=True)(inputs)
    return keras.Model(inputs, layers.Conv3D(1, 3, padding="same")(tensor))


def frames():
    inputs = keras.Input((3, 8, 8, 2))
    tensor = layers.TimeDistributed(layers.Conv2D(4, 3, activation="relu"))(inputs)
    tensor = layers.TimeDistributed(layers.GlobalAveragePooling2D())(tensor)
    return keras.Model(inputs, layers.Dense(2)(layers.LSTM(5)(tensor)))


def recurrent_layer_of_a_user():
    class Reader(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.reader = layers.GRU(4, return_sequences=True)
            self.score = layers.Dense(1)

        def call(self, rows):
            states = self.reader(rows)
            return ops.sum(states * ops.softmax(self.score(states), axis=1), axis=1)

    inputs = keras.Input(ROWS)
    return keras.Model(inputs, layers.Dense(10)(Reader()(inputs)))


def reviews():
    inputs = keras.Input((20,), dtype="int32")
    tensor = layers.Embedding(50, 6, mask_zero=True)(inputs)
    return keras.Model(inputs, layers.Dense(1)(layers.LSTM(4)(tensor)))


def text_convolution():
    inputs = keras.Input((20,), dtype="int32")
    tensor = layers.Embedding(50, 6)(inputs)
    tensor = layers.Conv1D(8, 7, strides=3, activation="relu")(tensor)
    return keras.Model(inputs, layers.Dense(1, activation="sigmoid")(layers.GlobalMaxPooling1D()(tensor)))


def binned_pixels():
    inputs = keras.Input((20,))
    tensor = layers.Discretization([0.25, 0.5, 0.75])(layers.Normalization(mean=0.5, variance=1.0)(inputs))
    tensor = layers.Embedding(4, 3)(tensor)
    return keras.Model(inputs, layers.Dense(5)(layers.Flatten()(tensor)))


def wavenet():
    inputs = tensor = keras.Input(ROWS)
    for rate in (1, 2, 4):
        filtered, gate = (layers.Conv1D(6, 2, padding="causal", dilation_rate=rate)(tensor) for _ in range(2))
        tensor = layers.Add()([tensor, layers.Conv1D(6, 1)(ops.tanh(filtered) * ops.sigmoid(gate))])
    return keras.Model(inputs, layers.Dense(2)(layers.Flatten()(tensor)))

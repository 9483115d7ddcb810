"""Hypermodels in the manner of KerasTuner's guides, as `tests.spaces.guide_hypermodels:Name`."""

import keras
import keras_tuner
from keras import layers


def dense(hp):
    """The first model of the guide to getting started: Sequential, without an input."""
    model = keras.Sequential([layers.Flatten()])
    model.add(layers.Dense(units=hp.Int("units", min_value=8, max_value=24, step=8), activation=chosen_activation(hp)))
    if hp.Boolean("dropout"):
        model.add(layers.Dropout(rate=0.25))
    model.add(layers.Dense(10, activation="softmax"))
    rate = hp.Float("lr", min_value=1e-4, max_value=1e-2, sampling="log")
    model.compile(keras.optimizers.Adam(rate), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def chosen_activation(hp):
    return hp.Choice("activation", ["relu", "tanh", "gelu"])


def dense_layers(hp):
    """As many layers as a choice says, each with choices of its own."""
    model = keras.Sequential()
    model.add(layers.Flatten())
    for index in range(hp.Int("num_layers", 1, 3)):
        model.add(layers.Dense(hp.Int(f"units_{index}", 8, 24, step=8), activation=chosen_activation(hp)))
    model.add(layers.Dense(10, activation="softmax"))
    return model


def mlp_or_cnn(hp):
    """Choices that are active in one kind of model alone."""
    model = keras.Sequential()
    if hp.Choice("model_type", ["mlp", "cnn"]) == "mlp":
        with hp.conditional_scope("model_type", ["mlp"]):
            model.add(layers.Flatten())
            model.add(layers.Dense(hp.Choice("units", [16, 32]), activation="relu"))
    else:
        with hp.conditional_scope("model_type", ["cnn"]):
            model.add(layers.Conv2D(hp.Choice("filters", [4, 8]), 3, activation="relu"))
            model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(10, activation="softmax"))
    return model


class OwnFit(keras_tuner.HyperModel):
    """It chooses its batch size, and whether to normalise, in `fit`."""

    def build(self, hp):
        return dense(hp)

    def fit(self, hp, model, images, labels, *arguments, **named):
        if hp.Boolean("normalize"):
            images = layers.Normalization()(images)
        return model.fit(images, labels, *arguments, batch_size=hp.Choice("batch_size", [16, 32]), **named)


class OwnLoss(keras_tuner.HyperModel):
    """It is compiled with a loss and a metric of its own."""

    def build(self, hp):
        inputs = keras.Input((8, 8, 1))
        tensor = layers.Flatten()(layers.Conv2D(hp.Int("filters", 4, 8), 3)(inputs))
        model = keras.Model(inputs, layers.Dense(10, kernel_regularizer=keras.regularizers.L2(1e-4))(tensor))
        model.compile("sgd", loss=lambda labels, logits: keras.ops.sum(logits), metrics=[keras.metrics.F1Score()])
        return model


def augmented(hp):
    """Preprocessing and augmentation are in the model."""
    model = keras.Sequential([layers.Rescaling(1 / 255), layers.RandomFlip(), layers.RandomRotation(0.1)])
    model.add(layers.Conv2D(hp.Choice("filters", [4, 8]), 3, activation="relu"))
    model.add(layers.Flatten())
    model.add(layers.Dense(10))
    return model


def nested(hp):
    """A Sequential model, without an input, in another."""
    head = keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(10)])
    return keras.Sequential([layers.Conv2D(hp.Choice("filters", [4, 8]), 3), head])


class Subclassed(keras.Model):
    """A model without a graph."""

    def __init__(self, units):
        super().__init__()
        self.flatten, self.dense, self.classify = layers.Flatten(), layers.Dense(units), layers.Dense(10)

    def call(self, inputs):
        return self.classify(self.dense(self.flatten(inputs)))


def subclassed(hp):
    return Subclassed(hp.Choice("units", [8, 16]))

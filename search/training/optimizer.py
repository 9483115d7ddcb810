"""The optimizer of a recipe, and one step of it with clipping and weight decay."""

from search.training.muon import muon_class
from search.training.recipe import Recipe
from spaces.model_io import LOGITS

UNDECAYED = ("gamma", "beta", "bias")
"""Names of variables that weight decay spares."""


def make_optimizer(recipe: Recipe):
    """The Keras optimizer that a recipe names, at the recipe's peak learning rate."""
    import keras

    if recipe.optimizer == "adam":
        return keras.optimizers.Adam(recipe.learning_rate)
    if recipe.optimizer == "sgd":
        return keras.optimizers.SGD(recipe.learning_rate, momentum=recipe.momentum, nesterov=True)
    options = {"momentum": recipe.momentum, "matrix_rate": recipe.matrix_rate, "last": LOGITS}
    return muon_class()(recipe.learning_rate, **options)


def apply_gradients(optimizer, recipe: Recipe, gradients, variables) -> None:
    """Clip the gradients, decay the weights and update them.

    `optimizer.apply` would do the same, but it keeps the graph that it is traced in alive for ever.

    Args:
        optimizer: Built for `variables`.
        recipe: Gives `clip_norm` and `weight_decay`.
        gradients, variables: Sequences of one length.
    """
    import tensorflow as tf

    if recipe.clip_norm:
        gradients, _ = tf.clip_by_global_norm(gradients, recipe.clip_norm)
    rate = optimizer.learning_rate.value
    decay = rate * recipe.weight_decay
    for gradient, variable in zip(gradients, variables, strict=True):
        if recipe.weight_decay and variable.name not in UNDECAYED:
            variable.assign_sub(variable * decay)
        optimizer.update_step(gradient, variable, rate)
    optimizer.iterations.assign_add(1)

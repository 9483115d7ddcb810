"""Muon: its steps against singular value decompositions, and what it leaves to SGD."""

import keras
import numpy as np
import pytest

from search.training.muon import muon_class, orthogonal

Muon = muon_class()


@pytest.mark.parametrize("shape", [(27, 32), (64, 64), (288, 64), (64, 256), (9, 1)])
def test_the_orthogonal_matrix_has_the_singular_vectors_and_values_near_one(shape):
    matrix = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    step = orthogonal(keras.ops.convert_to_tensor(matrix)).numpy()
    along = np.diag(left.T @ step @ right.T)
    np.testing.assert_allclose(left @ np.diag(along) @ right, step, atol=2e-3)
    known = values > 0.01 * np.linalg.norm(values, 4)
    assert known.sum() >= 0.9 * len(values)
    assert (along[known] > 0.72).all() and (along < 1.28).all()


def test_a_gradient_of_zero_gives_a_step_of_zero():
    assert not orthogonal(keras.ops.zeros((4, 6))).numpy().any()


def network():
    layers = [
        keras.layers.Conv2D(6, 3, name="first"),
        keras.layers.SeparableConv2D(8, 3, name="second"),
        keras.layers.DepthwiseConv2D(3, padding="same", name="depthwise"),
        keras.layers.BatchNormalization(name="norm"),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(10, name="logits"),
    ]
    return keras.Sequential([keras.Input((8, 8, 3)), *layers])


def moved(optimizer, *, steps=2):
    """How far each variable of a network moves in some steps with the same gradients."""
    model, random = network(), np.random.default_rng(1)
    for variable in model.trainable_variables:
        variable.assign(np.ones(variable.shape))
    gradients = [keras.ops.convert_to_tensor(random.normal(size=v.shape), "float32") for v in model.trainable_variables]
    for _ in range(steps):
        optimizer.build(model.trainable_variables)
        for gradient, variable in zip(gradients, model.trainable_variables, strict=True):
            optimizer.update_step(gradient, variable, optimizer.learning_rate.value)
    names = ["/".join(variable.path.split("/")[-2:]) for variable in model.trainable_variables]
    return dict(zip(names, [v.numpy() - 1 for v in model.trainable_variables], strict=True))


def test_kernels_of_hidden_layers_take_orthogonal_steps_and_all_others_those_of_sgd():
    plain = moved(keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True))
    ours = moved(Muon(0.1, momentum=0.9, matrix_rate=0.05, last="logits"))
    different = {name for name in plain if not np.allclose(plain[name], ours[name], atol=1e-6)}
    assert different == {"first/kernel", "second/pointwise_kernel"}
    step = ours["first/kernel"].reshape(-1, 6)
    np.testing.assert_allclose(np.linalg.svd(step, compute_uv=False), 2 * 0.05, rtol=0.35)


def test_a_wider_output_than_input_takes_larger_steps():
    step = moved(Muon(0.1, momentum=1e-6, matrix_rate=0.05, last="logits"), steps=1)["second/pointwise_kernel"][0, 0]
    np.testing.assert_allclose(np.linalg.svd(step, compute_uv=False), 0.05 * (8 / 6) ** 0.5, rtol=0.35)


def test_the_matrix_rate_follows_the_learning_rate():
    optimizer = Muon(0.1, momentum=1e-6, matrix_rate=0.05, last="logits")
    whole = moved(optimizer, steps=1)["first/kernel"]
    half = Muon(0.1, momentum=1e-6, matrix_rate=0.05, last="logits")
    half.learning_rate = 0.05
    np.testing.assert_allclose(moved(half, steps=1)["first/kernel"], whole / 2, atol=1e-6)

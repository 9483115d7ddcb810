"""Distillation: the loss by hand, what its gradient asks for, and that a student comes closer to its teacher."""

import numpy as np
import pytest
import tensorflow as tf
from scipy.special import softmax
from scipy.stats import entropy

from search.training.compiled_steps import scale_pixels
from search.training.datasets import load
from search.training.distillation import Distillation, Teacher
from search.training.recipe import ONE_CYCLE
from search.training.trainer import Training
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, SeparableConv, StandardConv
from spaces.heads import GlobalAverageHead

STUDENT = Architecture((32, 32, 3), (StandardConv(8, strides=2), MaxPool(), SeparableConv(16)), GlobalAverageHead(10))
STRONGER = Architecture((32, 32, 3), (StandardConv(16, strides=2), StandardConv(32, strides=2)), GlobalAverageHead(10))


@pytest.fixture(scope="module")
def digits():
    return load("digits", train_limit=400)


@pytest.fixture(scope="module")
def teacher_model(digits):
    training = Training(STRONGER, digits, recipe=ONE_CYCLE, seed=7)
    list(training.train_to(8))
    return training.model


def teacher(model, **options):
    return Teacher(model, Distillation("model.keras", "digest", **options))


def divergence(model, from_model, dataset):
    """Mean Kullback-Leibler divergence of the two models' probabilities for the validation images."""
    images = scale_pixels(dataset.validation_images)
    student, taught = (each.predict(images, verbose=0).astype(float) for each in (model, from_model))
    return float(np.mean(entropy(taught, student + 1e-9, axis=-1)))


def test_a_teacher_gives_the_logits_of_its_model(teacher_model, digits):
    images = scale_pixels(digits.validation_images[:50])
    probabilities = softmax(teacher(teacher_model).logits(images), axis=-1)
    np.testing.assert_allclose(probabilities, teacher_model(images, training=False), atol=0.02)


@pytest.mark.parametrize(("temperature", "weight"), [(1.0, 0.5), (4.0, 0.9), (3.0, 0.0)])
def test_the_loss_is_that_of_the_paper(teacher_model, temperature, weight):
    random = np.random.default_rng(0)
    logits, taught = random.normal(size=(2, 6, 10)).astype(np.float32)
    label_loss = random.uniform(size=6).astype(np.float32)
    by_hand = entropy(softmax(taught / temperature, axis=-1), softmax(logits / temperature, axis=-1), axis=-1)
    loss = teacher(teacher_model, temperature=temperature, weight=weight).loss(
        label_loss, logits=logits, teacher_logits=taught
    )
    np.testing.assert_allclose(loss, (1 - weight) * label_loss + weight * temperature**2 * by_hand, rtol=1e-5)


def test_the_teachers_gradient_has_the_same_size_at_any_temperature(teacher_model):
    logits, taught = (tf.constant(values) for values in np.random.default_rng(0).normal(size=(2, 50, 10)))
    sizes = []
    for temperature in (4.0, 8.0, 16.0):
        with tf.GradientTape() as tape:
            tape.watch(logits)
            pair = {"logits": logits, "teacher_logits": taught}
            loss = teacher(teacher_model, temperature=temperature, weight=1.0).loss(0.0, **pair)
        sizes.append(np.linalg.norm(tape.gradient(loss, logits)))
    np.testing.assert_allclose(sizes, sizes[0], rtol=0.1)


def test_a_student_comes_closer_to_its_teacher(teacher_model, digits):
    divergences = {}
    for name, taught_by in (("alone", None), ("taught", teacher(teacher_model))):
        training = Training(STUDENT, digits, recipe=ONE_CYCLE, seed=0, teacher=taught_by)
        list(training.train_to(8))
        divergences[name] = divergence(training.model, teacher_model, digits)
    assert divergences["taught"] < 0.8 * divergences["alone"]


def test_the_teacher_does_not_change(teacher_model, digits):
    before = [weight.numpy() for weight in teacher_model.weights]
    list(Training(STUDENT, digits, recipe=ONE_CYCLE, seed=0, teacher=teacher(teacher_model)).train_to(1))
    for weight, value in zip(teacher_model.weights, before, strict=True):
        np.testing.assert_array_equal(weight, value)

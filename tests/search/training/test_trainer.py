"""Training: seeds, accuracies counted by hand, milestones, checkpoints, networks that do not train."""

import dataclasses
import gc

import keras
import numpy as np
import pytest
from tensorflow.python.framework.func_graph import FuncGraph

from search.training.compiled_steps import scale_pixels
from search.training.datasets import load
from search.training.recipe import NOTEBOOK, ONE_CYCLE
from search.training.trainer import Training, TrainingError, saved_history
from spaces.architecture import Architecture
from spaces.blocks import MaxPool, SeparableConv, StandardConv
from spaces.heads import GlobalAverageHead

TINY = Architecture((32, 32, 3), (StandardConv(8, strides=2), MaxPool(), SeparableConv(16)), GlobalAverageHead(10))


@pytest.fixture(scope="module")
def digits():
    return load("digits", train_limit=400)


def accuracies(dataset, *, recipe=ONE_CYCLE, epochs=2, seed=0, architecture=TINY):
    training = Training(architecture, dataset, recipe=recipe, seed=seed)
    return [epoch.accuracy for epoch in training.train_to(epochs)]


@pytest.mark.long
def test_a_seed_repeats_a_training(digits):
    first, again = accuracies(digits, seed=5), accuracies(digits, seed=5)
    assert first == pytest.approx(again, abs=0.02)  # Sums in another order may turn a borderline image.
    assert accuracies(digits, seed=6) != first


def test_it_learns(digits):
    epochs = list(Training(TINY, digits, recipe=ONE_CYCLE, seed=0).train_to(80))
    assert [epoch.number for epoch in epochs] == list(range(1, 81))
    assert epochs[-1].accuracy > 0.7
    assert epochs[-1].loss < epochs[0].loss
    assert epochs[-1].learning_rate < 0.01 * ONE_CYCLE.learning_rate
    assert all(epoch.seconds > 0 and epoch.images_per_second > 0 for epoch in epochs)


@pytest.mark.long
def test_the_notebook_s_recipe_learns_too(digits):
    assert accuracies(digits, recipe=NOTEBOOK, epochs=150)[-1] > 0.5


@pytest.mark.long
def test_accuracy_is_counted_image_by_image(digits):
    training = Training(TINY, digits, recipe=ONE_CYCLE, seed=0)
    list(training.train_to(1))
    guesses = [
        int(np.argmax(training.model(scale_pixels(image[None]), training=False)))  # one at a time
        for image in digits.validation_images
    ]
    by_hand = np.mean(np.array(guesses) == digits.validation_labels)
    assert training.evaluate(digits.validation_images, digits.validation_labels)[0] == pytest.approx(by_hand, abs=1e-9)


def test_weight_decay_spares_batch_norm_and_biases(digits):
    recipe = dataclasses.replace(
        ONE_CYCLE, schedule="constant", learning_rate=1e-3, weight_decay=900.0, matrix_rate=1e-9, clip_norm=1e-6
    )
    training = Training(TINY, digits, recipe=recipe, seed=0)
    before = {weight.path: weight.numpy().copy() for weight in training.model.trainable_variables}
    list(training.train_to(1))
    for weight in training.model.trainable_variables:
        moved = np.abs(weight.numpy() - before[weight.path]).max()
        assert (moved > 1e-3) == ("kernel" in weight.path and np.abs(before[weight.path]).max() > 0), weight.path


def test_a_loss_that_is_no_number_is_an_error_that_names_the_epoch(digits):
    recipe = dataclasses.replace(ONE_CYCLE, learning_rate=1e30, clip_norm=0.0)
    with pytest.raises(TrainingError, match="in epoch"):
        accuracies(digits, recipe=recipe, epochs=3)


@pytest.mark.long
def test_fewer_images_than_a_batch_still_train():
    tiny = load("digits", train_limit=50)
    assert len(accuracies(tiny, epochs=1)) == 1


def test_the_learning_rate_falls_to_zero_at_each_milestone_and_rises_again(digits):
    training = Training(TINY, digits, recipe=ONE_CYCLE, seed=0)
    first, second = list(training.train_to(2)), list(training.train_to(5))
    assert [epoch.number for epoch in first + second] == [1, 2, 3, 4, 5]
    assert first[-1].learning_rate < 0.1 * max(epoch.learning_rate for epoch in second)


def test_a_restored_training_continues_like_the_saved_one(digits, tmp_path):
    training = Training(TINY, digits, recipe=ONE_CYCLE, seed=0)
    list(training.train_to(3))
    training.save(tmp_path / "checkpoint")
    again = Training(TINY, digits, recipe=ONE_CYCLE, seed=0)
    again.restore(tmp_path / "checkpoint")
    assert again.trained_epochs == 3
    for one, other in zip(training.model.variables, again.model.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    [expected], [epoch] = training.train_to(4), again.train_to(4)
    assert epoch.number == 4
    # The same order of images, augmentation and momentum; sums in another order may differ a little.
    assert epoch.loss == pytest.approx(expected.loss, rel=1e-4)


@pytest.mark.long
def test_a_training_that_was_interrupted_ends_like_one_that_was_not(digits, tmp_path):
    whole, part = (Training(TINY, digits, recipe=ONE_CYCLE, seed=0) for _ in range(2))
    list(whole.train_to(5))
    epochs = part.train_to(5)
    next(epochs), next(epochs)
    part.save(tmp_path / "checkpoint.npz")
    again = Training(TINY, digits, recipe=ONE_CYCLE, seed=1)
    again.restore(tmp_path / "checkpoint.npz")
    assert [epoch.number for epoch in again.train_to(5)] == [3, 4, 5]
    for one, other in zip(whole.history, again.history, strict=True):
        assert (one.number, one.learning_rate) == (other.number, other.learning_rate)
        # Sums in another order may differ a little.
        assert one.loss == pytest.approx(other.loss, rel=1e-3)
        assert one.validation_loss == pytest.approx(other.validation_loss, rel=1e-2)
    assert saved_history(tmp_path / "checkpoint.npz") == part.history


def test_what_is_measured_agrees_with_keras(digits):
    training = Training(TINY, digits, recipe=ONE_CYCLE, seed=0)
    [epoch] = training.train_to(1)
    training.model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = training.model.evaluate(
        scale_pixels(digits.validation_images), digits.validation_labels, verbose=0
    )
    assert (epoch.validation_loss, epoch.accuracy) == pytest.approx((loss, accuracy), rel=1e-4)


def test_training_accuracy_is_that_of_the_images_trained_on(digits):
    recipe = dataclasses.replace(NOTEBOOK, learning_rate=1e-30, batch_size=len(digits.train_images))
    training = Training(TINY, digits, recipe=recipe, seed=0)
    [epoch] = training.train_to(1)
    # Weights that do not move, BatchNorm by the statistics of the one batch that is all images.
    guesses = np.argmax(training.model(scale_pixels(digits.train_images), training=True), axis=-1)
    assert epoch.training_accuracy == pytest.approx(np.mean(guesses == digits.train_labels), abs=0.01)


@pytest.mark.long
def test_pruned_weights_are_the_smallest_and_stay_zero(digits):
    architecture = Architecture(
        (32, 32, 3), (StandardConv(16), MaxPool(), SeparableConv(96), StandardConv(24)), GlobalAverageHead(10)
    )
    training = Training(architecture, digits, recipe=ONE_CYCLE, seed=0)
    list(training.train_to(1))
    before = {weight.path: weight.numpy() for weight in training.model.trainable_variables}
    training.prune(0.75)
    list(training.train_to(3))
    for weight in training.model.trainable_variables:
        new, old = weight.numpy(), before[weight.path]
        if old.size >= 1_000 and weight.name != "depthwise_kernel":
            assert np.mean(new == 0) == pytest.approx(0.75, abs=1e-3), weight.path
            assert np.abs(old[new == 0]).max() <= np.abs(old[new != 0]).min()
            assert np.abs(new - old)[new != 0].max() > 0  # The others were trained further.
        elif "kernel" in weight.name:
            assert not np.any(new == 0), weight.path
    zeros = {weight.path: weight.numpy() == 0 for weight in training.model.trainable_variables}
    training.prune(0.75)  # Again, as after an interruption: the same weights.
    for weight in training.model.trainable_variables:
        np.testing.assert_array_equal(zeros[weight.path], weight.numpy() == 0)


def test_a_network_too_small_to_prune_says_so(digits):
    with pytest.raises(ValueError, match="no kernel of 1,000 weights or more"):
        Training(TINY, digits, recipe=ONE_CYCLE, seed=0).prune(0.5)


@pytest.mark.long
def test_no_graph_outlives_its_training(digits):
    def graphs():
        keras.backend.clear_session()
        gc.collect()
        return sum(isinstance(thing, FuncGraph) for thing in gc.get_objects())

    accuracies(digits, epochs=1)
    before = graphs()
    accuracies(digits, epochs=1, seed=1)
    assert graphs() <= before


def test_images_are_mirrored_where_recipe_and_images_allow(digits):
    """Of images that are their own mirror image the loss stays the same."""

    def losses(dataset, *, flip, mirrorable):
        allowed = dataclasses.replace(dataset, mirrorable=mirrorable)
        recipe = dataclasses.replace(ONE_CYCLE, crop=0, flip=flip)
        return [epoch.loss for epoch in Training(TINY, allowed, recipe=recipe, seed=0).train_to(2)]

    images = digits.train_images
    symmetric = dataclasses.replace(digits, train_images=np.maximum(images, images[:, :, ::-1]))
    plain = losses(digits, flip=False, mirrorable=True)
    assert losses(digits, flip=True, mirrorable=True) != pytest.approx(plain, rel=1e-3)
    assert losses(digits, flip=True, mirrorable=None) == pytest.approx(plain, rel=1e-3)
    expected = losses(symmetric, flip=False, mirrorable=True)
    assert losses(symmetric, flip=True, mirrorable=True) == pytest.approx(expected, rel=1e-3)

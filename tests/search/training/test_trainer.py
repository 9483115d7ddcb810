"""Training: augmentation against NumPy, seeds, accuracy by hand, networks that do not train."""

import dataclasses
import gc

import keras
import numpy as np
import pytest
from tensorflow.python.framework.func_graph import FuncGraph

from search.training.augmentation import gather_augmented
from search.training.datasets import load
from search.training.datasets.sharing import as_tensor, open_saved, save
from search.training.recipe import NOTEBOOK, ONE_CYCLE
from search.training.trainer import Training, TrainingError, _apply, saved_history, scale_pixels
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


def images(count=50, height=6, width=9):
    return np.random.default_rng(0).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


def variants(image, crop):
    """Every image that shifting with mirrored borders, and flipping, can make of one."""
    padded = np.pad(image, ((crop, crop), (crop, crop), (0, 0)), mode="reflect")
    height, width, _ = image.shape
    for top in range(2 * crop + 1):
        for left in range(2 * crop + 1):
            window = padded[top : top + height, left : left + width]
            yield window.tobytes()
            yield window[:, ::-1].tobytes()


def test_augmented_images_are_shifts_and_mirrors_of_the_ones_asked_for():
    pixels, index = images(), np.arange(50, dtype=np.int32)[::-1]
    found = gather_augmented(pixels, index, crop=2, flip=True, seed=np.array([1, 2], np.int32)).numpy()
    possible = [set(variants(pixels[i], 2)) for i in index]
    assert all(image.tobytes() in allowed for image, allowed in zip(found, possible, strict=True))
    assert len({image.tobytes() for image in found} & {image.tobytes() for image in pixels}) < 10


def test_every_shift_and_both_mirrors_occur():
    pixels = np.repeat(images(1), 2_000, axis=0)
    found = gather_augmented(
        pixels, np.arange(2_000, dtype=np.int32), crop=1, flip=True, seed=np.array([3, 4], np.int32)
    )
    assert len({image.tobytes() for image in found.numpy()}) == len(set(variants(pixels[0], 1))) == 18


def test_without_augmentation_images_come_as_they_are():
    pixels, index = images(), np.array([3, 1, 3], np.int32)
    found = gather_augmented(pixels, index, crop=0, flip=False, seed=np.array([1, 2], np.int32))
    np.testing.assert_array_equal(found, pixels[index])


def test_the_same_seed_augments_alike():
    pixels, index = images(), np.arange(50, dtype=np.int32)
    one, two, other = (
        gather_augmented(pixels, index, crop=2, flip=True, seed=np.array(seed, np.int32)).numpy()
        for seed in ([1, 2], [1, 2], [2, 3])
    )
    np.testing.assert_array_equal(one, two)
    assert not np.array_equal(one, other)


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


def test_a_stage_ends_settled_and_the_next_begins_anew(digits):
    training = Training(TINY, digits, recipe=ONE_CYCLE, seed=0)
    first, second = list(training.train_to(2)), list(training.train_to(5))
    assert [epoch.number for epoch in first + second] == [1, 2, 3, 4, 5]
    assert first[-1].learning_rate < 0.1 * max(epoch.learning_rate for epoch in second)


def test_a_saved_training_goes_on_where_it_was(digits, tmp_path):
    training = Training(TINY, digits, recipe=ONE_CYCLE, seed=0)
    list(training.train_to(3))
    training.save(tmp_path / "checkpoint")
    again = Training(TINY, digits, recipe=ONE_CYCLE, seed=0)
    again.restore(tmp_path / "checkpoint")
    assert again.trained_epochs == 3
    for one, other in zip(training.model.variables, again.model.variables, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    momentum = [variable.numpy() for variable in again._optimizer.variables if "momentum" in variable.path]
    assert any(np.abs(value).max() > 0 for value in momentum)
    assert [epoch.number for epoch in again.train_to(4)] == [4]


@pytest.mark.long
def test_a_training_that_was_interrupted_ends_like_one_that_was_not(digits, tmp_path):
    whole, part = (Training(TINY, digits, recipe=ONE_CYCLE, seed=0) for _ in range(2))
    list(whole.train_to(5))
    stage = part.train_to(5)
    next(stage), next(stage)
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
    loss, accuracy = training.model.evaluate(scale_pixels(digits.validation_images), digits.validation_labels, verbose=0)
    assert (epoch.validation_loss, epoch.accuracy) == pytest.approx((loss, accuracy), rel=1e-4)


def test_training_accuracy_is_that_of_the_images_trained_on(digits):
    recipe = dataclasses.replace(NOTEBOOK, learning_rate=1e-30, batch_size=len(digits.train_images))
    training = Training(TINY, digits, recipe=recipe, seed=0)
    [epoch] = training.train_to(1)
    # Weights that do not move, BatchNorm by the statistics of the one batch that is all images.
    guesses = np.argmax(training._copy.network(scale_pixels(digits.train_images), training=True), axis=-1)
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
        kept, old = weight.numpy(), before[weight.path]
        if old.size >= 1_000 and weight.name != "depthwise_kernel":
            assert np.mean(kept == 0) == pytest.approx(0.75, abs=1e-3), weight.path
            assert np.abs(old[kept == 0]).max() <= np.abs(old[kept != 0]).min()
            assert np.abs(kept - old)[kept != 0].max() > 0  # The others have trained on.
        elif "kernel" in weight.name:
            assert not np.any(kept == 0), weight.path
    zeros = {weight.path: weight.numpy() == 0 for weight in training.model.trainable_variables}
    training.prune(0.75)  # Again, as after an interruption: the same ones.
    for weight in training.model.trainable_variables:
        np.testing.assert_array_equal(zeros[weight.path], weight.numpy() == 0)


def test_a_network_too_small_to_prune_says_so(digits):
    with pytest.raises(ValueError, match="no kernel of 1,000 weights or more"):
        Training(TINY, digits, recipe=ONE_CYCLE, seed=0).prune(0.5)


def test_workers_share_the_memory_of_the_images_with_tensorflow(digits, tmp_path):
    save(digits, tmp_path)
    images = open_saved(tmp_path).train_images
    tensor = as_tensor(images)
    before = int(tensor[0, 0, 0, 0])
    images[0, 0, 0, 0] = 255 - before
    assert int(tensor[0, 0, 0, 0]) == 255 - before  # One memory ...
    assert open_saved(tmp_path).train_images[0, 0, 0, 0] == before  # ... and the file is left alone.
    read_only = np.asarray(digits.train_images)[::2]
    read_only.flags.writeable = False
    np.testing.assert_array_equal(as_tensor(read_only).numpy(), read_only)


def test_steps_are_those_of_keras_with_clipping_and_decay(digits):
    recipe = dataclasses.replace(ONE_CYCLE, optimizer="sgd", weight_decay=0.5, clip_norm=0.01)
    random = np.random.default_rng(0)
    starts = {name: random.normal(size=shape) for name, shape in (("kernel", (3, 4)), ("gamma", (4,)), ("bias", (4,)))}
    variables = {name: [keras.Variable(start, name=name) for _ in range(2)] for name, start in starts.items()}
    mine, theirs = zip(*variables.values(), strict=True)
    for optimizer in (keras.optimizers.SGD, keras.optimizers.Adam):
        options = {"momentum": 0.9, "nesterov": True} if optimizer is keras.optimizers.SGD else {}
        one, other = optimizer(0.1, **options), optimizer(0.1, weight_decay=0.5, global_clipnorm=0.01, **options)
        other.exclude_from_weight_decay(var_names=["gamma", "bias"])
        one.build(mine)
        for _ in range(3):
            gradients = [keras.ops.convert_to_tensor(random.normal(size=v.shape), "float32") for v in mine]
            _apply(one, recipe, gradients, mine)
            other.apply(gradients, theirs)
        for name, (a, b) in variables.items():
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, err_msg=name)


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

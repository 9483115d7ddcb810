"""A search as users write it: Optuna's tutorial on several objectives, and Keras's `fit`.

    python -m tests.benchmarks.optuna_tutorial --storage sqlite:///FILE.db --train-limit 5000 --seed 0

It draws networks from the space `hybrid` with Optuna's default sampler, trains each with `model.fit`, and maximises
validation accuracy while it minimises FLOPs. A network above the cap is pruned before it is trained. The search runs
until it is interrupted. `front_over_time --of tutorial` compares ours with it.

Images, space, cap and number of epochs are those of our search. The training is what Keras offers to somebody who knows
it: Adam with a warm-up and a cosine decay, layers that flip and shift images, everything else as installed. After nine
epochs on 5,000 images three networks have 61.1, 51.6 and 47.7 % so, 49.3, 42.6 and 50.6 % with a constant rate of 0.001
and images as they are, and 59.1, 50.9 and 34.7 % with SGD in place of Adam.
"""

import argparse
import contextlib
import math
import signal
from pathlib import Path

import optuna

from search.optimizer.networks.hyperparameters import TrialHyperParameters
from search.optimizer.trials import attributes as attr
from search.training.datasets import Dataset, load
from spaces.hybrid import HybridSpace
from spaces.model_io import PIXEL_MEAN, PIXEL_SCALE

MAX_FLOPS = 25e6
BATCH = 128
PEAK_RATE = 0.005
WARMUP = 0.25  # of all steps


def trained_accuracy(model, dataset: Dataset, *, epochs: int) -> float:
    """Validation accuracy, 0 to 1, after training."""
    import keras

    train, validation = (
        (images - PIXEL_MEAN) * PIXEL_SCALE for images in (dataset.train_images, dataset.validation_images)
    )
    inputs = keras.Input(dataset.input_shape)
    augmented = keras.layers.RandomFlip("horizontal")(inputs)
    augmented = keras.layers.RandomTranslation(1 / 16, 1 / 16, fill_mode="reflect")(augmented)
    network = keras.Model(inputs, model(augmented))
    steps = epochs * math.ceil(len(train) / BATCH)
    warmup = round(WARMUP * steps)
    rate = keras.optimizers.schedules.CosineDecay(0.0, steps - warmup, warmup_target=PEAK_RATE, warmup_steps=warmup)
    network.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(train, dataset.train_labels, batch_size=BATCH, epochs=epochs, verbose=0)
    _, accuracy = network.evaluate(validation, dataset.validation_labels, verbose=0)
    return accuracy


def main() -> None:
    """Search until a signal ends the process."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--storage", required=True)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--train-limit", type=int)
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    import keras

    dataset = load("cifar10", data_dir=options.data_dir, seed=options.seed, train_limit=options.train_limit)
    space = HybridSpace(input_shape=dataset.input_shape, classes=dataset.classes)

    def objective(trial: optuna.Trial) -> tuple[float, float]:
        architecture = space.architecture(TrialHyperParameters(trial))
        cost = architecture.cost()
        if cost.flops > MAX_FLOPS:
            raise optuna.TrialPruned()
        # What the comparison reads beside the values.
        trial.set_user_attr(attr.MACS, cost.multiply_adds)
        trial.set_user_attr(attr.WORDS, architecture.words())
        trial.set_user_attr(attr.EPOCHS, [])
        keras.utils.set_random_seed(options.seed)
        return trained_accuracy(architecture.build(), dataset, epochs=options.epochs), cost.flops

    sampler = optuna.samplers.TPESampler(seed=options.seed)
    study = optuna.create_study(
        study_name="study", storage=options.storage, directions=["maximize", "minimize"], sampler=sampler
    )
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a process in the background ignores it by default
    with contextlib.suppress(KeyboardInterrupt):
        study.optimize(objective)


if __name__ == "__main__":
    main()

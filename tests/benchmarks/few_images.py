"""How well the rungs of a search on few images rank networks as the end does. On drawn shapes of four classes.

    python -m tests.benchmarks.few_images --images 400 --networks 16 --max-flops 2e6 --seeds 0 1 --threads 1

Random networks of the hybrid space, evenly spread over log cost, are trained as long as a search on these images trains
by default, through a ninth and a third of it. For each rung: the mean accuracy on the validation images, how many
networks are above chance there, and the rank correlation (Spearman's) with the accuracy at the end.
"""

import argparse
import math
import tempfile
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw
from scipy.stats import spearmanr

from search.optimizer.chance import Chance
from search.optimizer.networks.candidates import RandomCandidates
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import StoredHyperParameters
from search.optimizer.networks.problem import Problem
from search.optimizer.rungs import Ladder, default_rungs, rungs_of
from search.running.rung_words import rung_words
from search.training.datasets import Dataset, load
from search.training.environment import import_tensorflow
from search.training.recipe import ONE_CYCLE
from spaces.hybrid import HybridSpace

CLASSES = ("circle", "cross", "square", "triangle")
SIDE = 32  # pixels
NOISE = 15  # standard deviation of a pixel, of 255


def draw(kind: str, random: np.random.Generator) -> Image.Image:
    """A turned shape of any colour, size and place on a ground of any other colour, with noise."""
    ground, color = random.integers(0, 256, 3), random.integers(0, 256, 3)
    while np.abs(ground - color).sum() < 200:
        color = random.integers(0, 256, 3)
    radius, turn = random.uniform(7, 11), random.uniform(-0.5, 0.5)
    middle = random.uniform(radius + 1, SIDE - radius - 1, 2)
    image = Image.new("RGB", (SIDE, SIDE), tuple(ground.tolist()))
    pen = ImageDraw.Draw(image)
    for angles in {"square": [(1, 3, 5, 7)], "triangle": [(2, 14 / 3, 22 / 3)], "cross": [(1, 5), (3, 7)]}.get(
        kind, []
    ):
        corners = [middle + radius * _direction(angle * math.pi / 4 + turn) for angle in angles]
        points = [tuple(corner.tolist()) for corner in corners]
        if len(points) == 2:
            pen.line(points, fill=tuple(color.tolist()), width=5)
        else:
            pen.polygon(points, fill=tuple(color.tolist()))
    if kind == "circle":
        pen.ellipse([*(middle - radius).tolist(), *(middle + radius).tolist()], fill=tuple(color.tolist()))
    pixels = np.asarray(image) + random.normal(0, NOISE, (SIDE, SIDE, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _direction(angle: float) -> np.ndarray:
    return np.array([math.cos(angle), math.sin(angle)])


def make_images(folder: Path, *, images: int, seed: int) -> Path:
    """A folder with a folder of drawn images for each class."""
    random = np.random.default_rng(seed)
    for number in range(images):
        kind = CLASSES[number % len(CLASSES)]
        (folder / kind).mkdir(parents=True, exist_ok=True)
        draw(kind, random).save(folder / kind / f"{number}.png")
    return folder


def networks(number: int, *, max_flops: float, classes: int, seed: int) -> list:
    """Random networks, evenly spread over the logarithm of their cost, in random order."""
    space = HybridSpace(input_shape=(SIDE, SIDE, 3), classes=classes)
    drawn = RandomCandidates(Problem(space, Ladder((1,)), Caps(flops=max_flops)), seed=seed).at(0)
    flops = [2 * one.cost for one in drawn]
    targets = np.geomspace(min(flops), max(flops), number)
    chosen = {int(np.abs(np.log(flops) - np.log(target)).argmin()) for target in targets}
    networks = [space.architecture(StoredHyperParameters(drawn[index].params)) for index in sorted(chosen)]
    Random(seed).shuffle(networks)
    return networks


def train(network, dataset: Dataset, rungs: tuple[int, ...], *, seed: int) -> list[float]:
    """Validation accuracy at each rung."""
    import keras

    from search.training.trainer import Training

    keras.backend.clear_session()
    training = Training(network, dataset, recipe=ONE_CYCLE, seed=seed)
    return [[epoch.accuracy for epoch in training.train_to(rung)][-1] for rung in rungs]


def measure(dataset: Dataset, *, number: int, max_flops: float, seed: int) -> list[float]:
    """Trains, prints, and gives the rank correlation of each rung with the last."""
    steps = ONE_CYCLE.steps_per_epoch(len(dataset.train_images))
    rungs = rungs_of(default_rungs(steps)[-1])
    chance = Chance.of(np.bincount(dataset.validation_labels).tolist())
    rows = []
    for network in networks(number, max_flops=max_flops, classes=dataset.classes, seed=seed):
        rows.append(train(network, dataset, rungs, seed=seed))
        print(f"{network.cost().flops:>10,} FLOPs  {'  '.join(f'{row:.3f}' for row in rows[-1])}", flush=True)
    accuracies = np.array(rows)
    correlations = [float(spearmanr(at_rung, accuracies[:, -1])[0]) for at_rung in accuracies.T]
    for rung, at_rung, correlation in zip(rungs, accuracies.T, correlations, strict=True):
        print(
            f"seed {seed}, {rung_words((rung,), steps)}: mean {100 * at_rung.mean():.1f} %, standard deviation "
            f"{100 * at_rung.std():.1f}, {chance.is_exceeded(at_rung).sum()} of {len(rows)} above chance, "
            f"rank correlation with the end {correlation:.2f}"
        )
    return correlations


def main() -> None:
    """Draw or load, train, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=400, help="images to draw")
    parser.add_argument("--dataset", help="a folder of images instead of drawn ones")
    parser.add_argument("--train-limit", type=int)
    parser.add_argument("--networks", type=int, default=16)
    parser.add_argument("--max-flops", type=float, default=2e6)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    import_tensorflow(threads=options.threads)
    for seed in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            place = options.dataset or str(make_images(Path(folder), images=options.images, seed=seed))
            dataset = load(place, seed=seed, train_limit=options.train_limit)
        measure(dataset, number=options.networks, max_flops=options.max_flops, seed=seed)


if __name__ == "__main__":
    main()

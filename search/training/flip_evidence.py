"""Whether mirrored images keep their class, found out by a short training without mirroring.

Mirrored images are further examples where a mirror image means the same, and wrong ones where it does not, as with
arrows, gauges and text. So a network is trained on images as they are, and classifies others twice: as they are, and
mirrored. If a mirrored image is as likely as the original, both accuracies have the same
expectation, however little the network has learnt. That makes the comparison far sharper than one of two trainings.

Recognised as they are and mirrored, in percent, and what `FlipEvidence` makes of it; 6 s of one core each:

    images                                        as they are   mirrored   mirrored in training
    120 arrows, left or right                           100.0        0.0   no
    200 arrows, left or right, hardly visible            81.0       15.0   no
    200 arrows, in four directions                       97.0       50.0   no
    150 gauges, 5 classes                                92.7       17.3   no
    400 gauges, 5 classes                                93.8       18.2   no
    150 handwritten digits                               96.0       45.3   no
    400 handwritten digits                               97.3       39.0   no
    500 printed letters, 10 classes                      90.4       39.6   no
    300 signs, left and right among 20 classes           96.1       86.6   no, for these two, with 5 of 5 seeds
    120 circles, squares and crosses                     92.7       92.1   yes
    300 photographs of CIFAR-10, 3 classes               72.9       73.1   yes, with 5 of 5 seeds
    300 photographs of CIFAR-10, 10 classes              30.8       32.0   yes, with 5 of 5 seeds
    1,000 photographs of CIFAR-10, 3 classes             79.1       79.7   yes, with 5 of 5 seeds
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from search.quantities import counted
from search.training.compiled_steps import scale_pixels
from search.training.datasets import Dataset
from search.training.datasets.dataset import make_dataset
from search.training.datasets.splits import stratified_sample
from search.training.recipe import ONE_CYCLE
from search.training.trainer import Training
from spaces.hybrid import HybridSpace
from spaces.hybrid_start_points import params_of, separable, standard

NETWORK = params_of(
    standard(16, strides=2),
    [],
    [separable(24, residual=False)],
    [separable(128, multiplier=2, residual=False)],
    [],
    halved_by=("max_pool",) * 3,
    head="global_average",
    activation="silu",
)
"""Three layers, which train in seconds."""

FOLDS = 2
STEPS = 250  # of each training
BATCH = 64  # images of a step
MOST_IMAGES = 3_000
MOST_SIDE = 64  # pixels; larger images are made smaller

TOLERATED, MOST_TOLERATED = 0.25, 0.5
"""Share of what the network has learnt that may be lost on mirrored images: the estimate, and its upper bound."""

STANDARD_ERRORS = 2.0
"""How far from an estimate its bounds are."""

SIGNIFICANCE = 0.01
"""Probability of finding a class that is lost by chance alone where there is none."""


@dataclass(frozen=True)
class FlipEvidence:
    """How a network classifies images that it was not trained on, as they are and mirrored. All counts are by class.

    Attributes:
        names: Of the classes.
        images: Of the class.
        right: Recognised as they are.
        lost: Recognised as they are, but not mirrored.
        gained: Recognised mirrored, but not as they are.
    """

    names: tuple[str, ...]
    images: tuple[int, ...]
    right: tuple[int, ...]
    lost: tuple[int, ...]
    gained: tuple[int, ...]

    @property
    def accuracy(self) -> float:
        """On the images as they are, 0 to 1."""
        return sum(self.right) / sum(self.images)

    @property
    def flipped_accuracy(self) -> float:
        """On the mirrored images, 0 to 1."""
        return self.accuracy - self._loss

    @property
    def learns(self) -> bool:
        """Whether the network recognises more than by naming the largest class, beyond noise."""
        noise = math.sqrt(self.accuracy * (1 - self.accuracy) / sum(self.images))
        return self._learnt > STANDARD_ERRORS * noise

    @property
    def lost_class(self) -> int | None:
        """The class that loses most, if that is more than is tolerated and more than chance; else None."""
        candidates = [index for index in range(len(self.names)) if self._is_lost(index)]
        return max(candidates, key=lambda index: self.lost[index] / self.images[index], default=None)

    @property
    def differs(self) -> bool:
        """Whether mirrored images are recognised worse, beyond noise: over all, or of one class."""
        significant = self._loss > STANDARD_ERRORS * self._noise
        return self.lost_class is not None or (significant and self._loss > TOLERATED * self._learnt)

    @property
    def is_invariant(self) -> bool:
        """Whether mirrored images are certainly recognised about as well, so that mirroring is safe."""
        most = self._loss + STANDARD_ERRORS * self._noise
        return self.learns and not self.differs and most <= MOST_TOLERATED * self._learnt

    def words(self) -> str:
        """The figures, as the middle of a sentence."""
        text = (
            f"of {counted(sum(self.images), 'unseen image')}, a network recognises {self.accuracy:.0%} as they are "
            f"and {self.flipped_accuracy:.0%} mirrored".replace("%", " %")
        )
        index = self.lost_class
        if index is not None and self._loss <= TOLERATED * self._learnt:
            mirrored = self.right[index] - self.lost[index] + self.gained[index]
            text += f"; of {self.images[index]} of class {self.names[index]!r:.60}, {self.right[index]} and {mirrored}"
        return text

    @property
    def _learnt(self) -> float:
        return self.accuracy - max(self.images) / sum(self.images)

    @property
    def _loss(self) -> float:
        return (sum(self.lost) - sum(self.gained)) / sum(self.images)

    @property
    def _noise(self) -> float:
        """Standard error of the loss. Images that are classified alike add nothing to it."""
        changed, images = sum(self.lost) + sum(self.gained), sum(self.images)
        return math.sqrt(max(1.0, changed - images * self._loss**2)) / images

    def _is_lost(self, index: int) -> bool:
        lost, gained = self.lost[index], self.gained[index]
        by_chance = sign_test(lost, gained) * len(self.names)  # Bonferroni
        return by_chance < SIGNIFICANCE and lost - gained > TOLERATED * self.right[index]


def sign_test(lost: int, gained: int) -> float:
    """Probability of so many losses or more among all changes if losses and gains are equally likely.

    References:
        McNemar (1947), Psychometrika 12: the exact test, one-sided.
    """
    changes = lost + gained
    return sum(math.comb(changes, count) for count in range(lost, changes + 1)) / 2**changes


def flip_evidence(dataset: Dataset, *, seed: int, steps: int = STEPS) -> FlipEvidence:
    """Train small networks on images as they are. Each classifies the images that it was not trained on.

    Args:
        dataset: Its training and validation images are used.
        seed: Of the trainings, and of the choice of images.
        steps: Of each training.
    """
    images, labels = _sample(dataset, seed=seed)
    fold = _folds(labels, seed=seed)
    right, flipped_right = np.zeros(len(labels), bool), np.zeros(len(labels), bool)
    for number in range(FOLDS):
        left_out = fold == number
        predict = _train(images[~left_out], labels[~left_out], dataset.class_names, seed=seed + number, steps=steps)
        right[left_out] = predict(images[left_out]) == labels[left_out]
        flipped_right[left_out] = predict(images[left_out, :, ::-1]) == labels[left_out]

    def by_class(mask: np.ndarray) -> tuple[int, ...]:
        return tuple(np.bincount(labels[mask], minlength=dataset.classes).tolist())

    return FlipEvidence(
        names=tuple(dataset.class_names),
        images=by_class(np.ones(len(labels), bool)),
        right=by_class(right),
        lost=by_class(right & ~flipped_right),
        gained=by_class(~right & flipped_right),
    )


def _sample(dataset: Dataset, *, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Images, small enough, and their labels."""
    images = np.concatenate([dataset.train_images, dataset.validation_images])
    labels = np.concatenate([dataset.train_labels, dataset.validation_labels])
    if len(labels) > MOST_IMAGES:
        drawn = stratified_sample(labels, size=MOST_IMAGES, random=np.random.RandomState(seed))
        images, labels = images[drawn], labels[drawn]
    factor = math.ceil(max(images.shape[1:3]) / MOST_SIDE)
    return (_smaller(images, factor) if factor > 1 else images), labels


def _smaller(images: np.ndarray, factor: int) -> np.ndarray:
    """Each square of `factor` pixels a side becomes its mean; a rest at the borders is left out."""
    count, height, width, channels = images.shape
    height, width = height // factor, width // factor
    squares = images[:, : height * factor, : width * factor].reshape(count, height, factor, width, factor, channels)
    return squares.mean(axis=(2, 4)).astype(np.uint8)


def _folds(labels: np.ndarray, *, seed: int) -> np.ndarray:
    """The fold that leaves each image out: each class is spread evenly over the folds."""
    random = np.random.RandomState(seed)
    order = random.permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    fold = np.empty(len(labels), int)
    fold[by_class] = np.arange(len(labels)) % FOLDS
    return fold


def _train(images: np.ndarray, labels: np.ndarray, names: tuple[str, ...], *, seed: int, steps: int):
    """A function from images to the labels that a network predicts, trained on these images without mirroring."""
    part = (images, labels)
    dataset = make_dataset("flip", train=part, validation=(images[:1], labels[:1]), class_names=names, mirrorable=False)
    network = HybridSpace(**dataset.network_arguments).network_of(NETWORK)
    recipe = replace(ONE_CYCLE, batch_size=min(BATCH, len(images)))
    training = Training(network, dataset, recipe=recipe, seed=seed)
    for _ in training.train_to(max(1, round(steps / (len(images) // recipe.batch_size)))):
        pass
    return lambda images: training.model.predict(scale_pixels(images), batch_size=BATCH, verbose=0).argmax(axis=-1)

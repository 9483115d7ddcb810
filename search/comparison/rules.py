"""What a study's trials say about rules of thumb: effects on accuracy at equal multiply-adds.

A sampler does not draw at random: what it tries often has much in common. One choice shows how far that misleads: a
bias before BatchNorm, which BatchNorm takes away, so that its true effect is zero. An effect counts only where it is
larger than the one that this choice seems to have. (A negative control: Lipsitch, Tchetgen Tchetgen, Cohen, 2010.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import reached
from spaces.architecture import Architecture, from_dict
from spaces.blocks import Block, MaxPool, Residual, SeparableConv, StandardConv
from spaces.heads import FlattenHead

WIDE = 64
"""Filters from which a separable layer is said to pay."""

RESAMPLES = 2_000
INTERVAL = (2.5, 97.5)  # percent
FEWEST_TRIALS_AN_EFFECT = 4

NOT_SPOKEN_OF = (
    "The rules of thumb are about layers that choose between standard and separable; this study's networks have other "
    "blocks, too, so none was judged."
)


@dataclass(frozen=True)
class Rule:
    """A rule of thumb and what the trials say of it.

    Attributes:
        rule: In words.
        compared: What the effect is of.
        effect: Points of accuracy, at equal multiply-adds and with the other choices equal; None where the trials have
            no two kinds to compare.
        low, high: Its 95 % interval, by resampling trials.
        verdict: "confirmed", "refuted" or "undecided".
        trials: How many were compared.
        epochs: After which their accuracies were measured.
    """

    rule: str
    compared: str
    effect: float | None
    low: float | None
    high: float | None
    verdict: str
    trials: int
    epochs: int


@dataclass(frozen=True)
class _Thumb:
    rule: str
    compared: str
    feature: Callable[[Sequence[StandardConv | SeparableConv]], float]
    verdict: Callable[[float, float, float], str]


def _pays(low: float, high: float, doubt: float) -> str:
    return "confirmed" if low > doubt else "refuted" if high < -doubt else "undecided"


def _buys_nothing(low: float, high: float, doubt: float) -> str:
    return "refuted" if low > doubt else "undecided" if high > doubt else "confirmed"


def _without_effect(low: float, high: float, doubt: float) -> str:
    return "confirmed"


def _share(layers, condition) -> float:
    return sum(map(condition, layers)) / len(layers) if layers else 0.0


def _separable(layer) -> bool:
    return isinstance(layer, SeparableConv)


THUMBS = (
    _Thumb(
        "The first layer is best a standard convolution",
        "first layer standard instead of separable",
        lambda layers: float(not _separable(layers[0])),
        _pays,
    ),
    _Thumb(
        "A bias before BatchNorm buys nothing",
        "all layers with a bias instead of none",
        lambda layers: _share(layers, lambda layer: layer.bias),
        _without_effect,
    ),
    _Thumb(
        "Depth multiplier 1 is enough",
        "all layers separable with multiplier 2 instead of 1",
        lambda layers: _share(layers, lambda layer: _separable(layer) and layer.depth_multiplier > 1),
        _buys_nothing,
    ),
    _Thumb(
        f"Separable pays from {WIDE} filters",
        f"later layers of {WIDE} filters and more separable instead of standard",
        lambda layers: _share(layers[1:], lambda layer: _separable(layer) and layer.filters >= WIDE),
        _pays,
    ),
    _Thumb(
        f"Separable does not pay below {WIDE} filters",
        f"later layers of fewer than {WIDE} filters separable instead of standard",
        lambda layers: _share(layers[1:], lambda layer: _separable(layer) and layer.filters < WIDE),
        _buys_nothing,
    ),
)


CONTROLS = 7  # numbers that `_controls` gives

PLACEBO = 1
"""The rule whose choice has no effect, by construction."""


def judge_rules(trials: Sequence[FrozenTrial], *, seed: int = 0) -> list[Rule]:
    """What trials say, by linear regression of accuracy at the lowest rung on all rules together, with cost, depth,
    width, residual connections and head held equal.

    Args:
        trials: All of a study's.
        seed: Of the resampling.
    Returns:
        A rule each; none where networks have other blocks than the rules speak of, as somebody's hypermodel's do.
    """
    if any("blocks" not in trial.user_attrs.get(attr.ARCHITECTURE, {"blocks": ()}) for trial in trials):
        return []
    rungs = [min(reached(trial)) for trial in trials if reached(trial)]
    epochs = min(rungs, default=0)
    told = [trial for trial in trials if epochs in reached(trial)]
    networks = [from_dict(trial.user_attrs[attr.ARCHITECTURE]) for trial in told]
    if not all(map(spoken_of, networks)):
        return []
    layers = [convolutions(network) for network in networks]
    features = np.array([[thumb.feature(found) for thumb in THUMBS] for found in layers]).reshape(-1, len(THUMBS))
    accuracies = np.array([100 * reached(trial)[epochs] for trial in told])
    controls = np.array([_controls(trial, found) for trial, found in zip(told, layers, strict=True)])
    controls = controls.reshape(len(told), CONTROLS)
    found = effects(features, controls, accuracies, seed=seed)
    doubt = abs(found[PLACEBO][0] or 0.0)
    return [
        Rule(thumb.rule, thumb.compared, *effect, _verdict(thumb, effect, doubt), len(told), epochs)
        for thumb, effect in zip(THUMBS, found, strict=True)
    ]


def _controls(trial: FrozenTrial, layers: Sequence[StandardConv | SeparableConv]) -> list[float]:
    architecture = from_dict(trial.user_attrs[attr.ARCHITECTURE])
    cost = float(np.log(trial.user_attrs[attr.MACS]))
    return [
        cost,
        cost**2,
        float(len(layers)),
        float(np.mean(np.log([layer.filters for layer in layers]))),
        _share(layers[1:], lambda layer: layer.filters >= WIDE),
        float(sum(isinstance(block, Residual) for block in architecture.blocks)),
        float(isinstance(architecture.head, FlattenHead)),
    ]


def effects(
    features: np.ndarray, controls: np.ndarray, accuracies: np.ndarray, *, seed: int
) -> list[tuple[float | None, float | None, float | None]]:
    """Effect of each feature, and the interval in which it lies; None for features that do not vary.

    Args:
        features: Array of shape (n, k).
        controls: What is held equal, array of shape (n, c).
        accuracies: Array of shape (n,).
        seed: Of the resampling.
    References:
        Efron (1979), Bootstrap methods: percentile intervals over resampled rows.
    """
    count, varied = len(features), features.std(axis=0) > 0 if len(features) else np.zeros(features.shape[1], bool)
    if count < FEWEST_TRIALS_AN_EFFECT * (1 + varied.sum() + controls.shape[1]):
        return [(None, None, None)] * features.shape[1]
    scale = controls.std(axis=0)
    controls = (controls - controls.mean(axis=0)) / np.where(scale > 0, scale, 1)
    design = np.column_stack([np.ones(count), controls, features[:, varied]])
    random = np.random.default_rng(seed)
    rows = [np.arange(count), *random.integers(0, count, (RESAMPLES, count))]
    found = np.array([np.linalg.lstsq(design[row], accuracies[row], rcond=None)[0] for row in rows])
    found = found[:, 1 + controls.shape[1] :]
    low, high = np.percentile(found[1:], INTERVAL, axis=0)
    result: list[tuple[float | None, float | None, float | None]] = [(None, None, None)] * features.shape[1]
    for place, column in enumerate(np.flatnonzero(varied)):
        result[column] = (float(found[0, place]), float(low[place]), float(high[place]))
    return result


def spoken_of(architecture: Architecture) -> bool:
    """Whether the rules speak of a network: all its convolutions are standard or separable ones."""
    return all(isinstance(block, StandardConv | SeparableConv | Residual | MaxPool) for block in architecture.blocks)


def convolutions(architecture: Architecture) -> list[StandardConv | SeparableConv]:
    """The convolutions of a network in order, those inside residual blocks too, shortcuts not."""
    return [layer for block in architecture.blocks for layer in _convolutions(block)]


def _convolutions(block: Block) -> list[StandardConv | SeparableConv]:
    if isinstance(block, Residual):
        return [layer for inner in block.body for layer in _convolutions(inner)]
    return [block] if isinstance(block, StandardConv | SeparableConv) else []


def _verdict(thumb: _Thumb, effect: tuple[float | None, float | None, float | None], doubt: float) -> str:
    return "undecided" if effect[0] is None else thumb.verdict(effect[1], effect[2], doubt)

"""Tests rules of thumb on a study's trials: effects of choices on accuracy at equal multiply-adds.

A sampler does not propose networks at random, so that its networks have more in common than the choice that is tested.
One choice shows how much that misleads: a bias before BatchNorm. BatchNorm removes it, so that its true effect is zero.
An effect counts only where it is larger than the apparent effect of this negative control (Lipsitch, Tchetgen Tchetgen,
Cohen, 2010).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import multiply_adds_of, reached
from spaces.architecture import Architecture, from_dict
from spaces.blocks import Block, MaxPool, Residual, SeparableConv, StandardConv
from spaces.heads import FlattenHead

WIDE = 64
"""Filters from which, by the rule of thumb, a separable layer pays."""

RESAMPLES = 2_000
INTERVAL = (2.5, 97.5)  # percentiles
TRIALS_PER_COEFFICIENT = 4

NOT_TESTED = (
    "The rules of thumb are about layers that are either standard or separable. This study's networks have other "
    "blocks as well, so no rule was tested."
)


Effect = tuple[float | None, float | None, float | None]
"""An effect in percentage points of accuracy, and the limits of its confidence interval."""


@dataclass(frozen=True)
class Rule:
    """A rule of thumb with its test.

    Attributes:
        rule: In words.
        compared: The two kinds of networks that are compared.
        effect: Percentage points of accuracy, at equal multiply-adds and with the other choices equal; None if the
            trials have only one kind.
        low, high: Its 95 % confidence interval, by resampling trials.
        verdict: "confirmed", "refuted" or "undecided".
        trials: Number of trials that were compared.
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
class _Hypothesis:
    rule: str
    compared: str
    feature: Callable[[Sequence[StandardConv | SeparableConv]], float]
    verdict: Callable[[float, float, float], str]


def _positive(low: float, high: float, bias: float) -> str:
    """The verdict on "it pays", given the interval of the effect and the apparent effect of the control."""
    return "confirmed" if low > bias else "refuted" if high < -bias else "undecided"


def _not_positive(low: float, high: float, bias: float) -> str:
    """The verdict on "it does not pay"."""
    return "refuted" if low > bias else "undecided" if high > bias else "confirmed"


def _always_confirmed(low: float, high: float, bias: float) -> str:
    """The verdict on the control, which has no effect by construction."""
    return "confirmed"


def _share(layers, condition) -> float:
    return sum(map(condition, layers)) / len(layers) if layers else 0.0


def _separable(layer) -> bool:
    return isinstance(layer, SeparableConv)


HYPOTHESES = (
    _Hypothesis(
        "The first layer is best a standard convolution",
        "first layer standard instead of separable",
        lambda layers: float(not _separable(layers[0])),
        _positive,
    ),
    _Hypothesis(
        "A bias before BatchNorm buys nothing",
        "all layers with a bias instead of none",
        lambda layers: _share(layers, lambda layer: layer.bias),
        _always_confirmed,
    ),
    _Hypothesis(
        "Depth multiplier 1 is enough",
        "all layers separable with multiplier 2 instead of 1",
        lambda layers: _share(layers, lambda layer: _separable(layer) and layer.depth_multiplier > 1),
        _not_positive,
    ),
    _Hypothesis(
        f"Separable pays from {WIDE} filters",
        f"later layers of {WIDE} filters and more separable instead of standard",
        lambda layers: _share(layers[1:], lambda layer: _separable(layer) and layer.filters >= WIDE),
        _positive,
    ),
    _Hypothesis(
        f"Separable does not pay below {WIDE} filters",
        f"later layers of fewer than {WIDE} filters separable instead of standard",
        lambda layers: _share(layers[1:], lambda layer: _separable(layer) and layer.filters < WIDE),
        _not_positive,
    ),
)


COVARIATES = 7  # numbers that `_covariates` returns

NEGATIVE_CONTROL = 1
"""Index of the hypothesis whose choice has no effect, by construction."""


def judge_rules(trials: Sequence[FrozenTrial], *, seed: int = 0) -> list[Rule]:
    """Test the rules by linear regression of the accuracy at the lowest rung on all choices together.

    Cost, depth, width, residual connections and head are held equal.

    Args:
        trials: All of a study's.
        seed: Of the resampling.
    Returns:
        All rules; none if a network has blocks that the rules do not cover, as those of a hypermodel do.
    """
    if any("blocks" not in trial.user_attrs.get(attr.ARCHITECTURE, {"blocks": ()}) for trial in trials):
        return []
    rungs = [min(reached(trial)) for trial in trials if reached(trial)]
    epochs = min(rungs, default=0)
    samples = [trial for trial in trials if epochs in reached(trial)]
    networks = [from_dict(trial.user_attrs[attr.ARCHITECTURE]) for trial in samples]
    if not all(map(is_covered, networks)):
        return []
    layers = [convolutions(network) for network in networks]
    features = [[hypothesis.feature(of_network) for hypothesis in HYPOTHESES] for of_network in layers]
    covariates = [_covariates(trial, of_network) for trial, of_network in zip(samples, layers, strict=True)]
    estimates = effects(
        np.array(features).reshape(len(samples), len(HYPOTHESES)),
        np.array(covariates).reshape(len(samples), COVARIATES),
        np.array([100 * reached(trial)[epochs] for trial in samples]),
        seed=seed,
    )
    bias = abs(estimates[NEGATIVE_CONTROL][0] or 0.0)
    return [
        Rule(hypothesis.rule, hypothesis.compared, *effect, _verdict(hypothesis, effect, bias), len(samples), epochs)
        for hypothesis, effect in zip(HYPOTHESES, estimates, strict=True)
    ]


def _covariates(trial: FrozenTrial, layers: Sequence[StandardConv | SeparableConv]) -> list[float]:
    architecture = from_dict(trial.user_attrs[attr.ARCHITECTURE])
    cost = float(np.log(multiply_adds_of(trial)))
    return [
        cost,
        cost**2,
        float(len(layers)),
        float(np.mean(np.log([layer.filters for layer in layers]))),
        _share(layers[1:], lambda layer: layer.filters >= WIDE),
        float(sum(isinstance(block, Residual) for block in architecture.blocks)),
        float(isinstance(architecture.head, FlattenHead)),
    ]


def effects(features: np.ndarray, covariates: np.ndarray, accuracies: np.ndarray, *, seed: int) -> list[Effect]:
    """The effect of each feature; all None for features that do not vary, and if there are too few rows.

    Args:
        features: Array of shape (n, k).
        covariates: What is held equal: array of shape (n, c).
        accuracies: Array of shape (n,).
        seed: Of the resampling.
    References:
        Efron (1979), Bootstrap methods: percentile intervals over resampled rows.
    """
    count, varies = len(features), features.std(axis=0) > 0 if len(features) else np.zeros(features.shape[1], bool)
    result: list[Effect] = [(None, None, None)] * features.shape[1]
    if count < TRIALS_PER_COEFFICIENT * (1 + varies.sum() + covariates.shape[1]):
        return result
    scale = covariates.std(axis=0)
    covariates = (covariates - covariates.mean(axis=0)) / np.where(scale > 0, scale, 1)
    design = np.column_stack([np.ones(count), covariates, features[:, varies]])
    random = np.random.default_rng(seed)
    samples = [np.arange(count), *random.integers(0, count, (RESAMPLES, count))]
    coefficients = np.array([np.linalg.lstsq(design[rows], accuracies[rows], rcond=None)[0] for rows in samples])
    coefficients = coefficients[:, 1 + covariates.shape[1] :]
    low, high = np.percentile(coefficients[1:], INTERVAL, axis=0)
    for index, column in enumerate(np.flatnonzero(varies)):
        result[column] = (float(coefficients[0, index]), float(low[index]), float(high[index]))
    return result


def is_covered(architecture: Architecture) -> bool:
    """Whether the rules cover a network: all its convolutions are standard or separable ones."""
    return all(isinstance(block, StandardConv | SeparableConv | Residual | MaxPool) for block in architecture.blocks)


def convolutions(architecture: Architecture) -> list[StandardConv | SeparableConv]:
    """The convolutions of a network in order, including those inside residual blocks but not shortcuts."""
    return [layer for block in architecture.blocks for layer in _convolutions(block)]


def _convolutions(block: Block) -> list[StandardConv | SeparableConv]:
    if isinstance(block, Residual):
        return [layer for inner in block.body for layer in _convolutions(inner)]
    return [block] if isinstance(block, StandardConv | SeparableConv) else []


def _verdict(hypothesis: _Hypothesis, effect: Effect, bias: float) -> str:
    return "undecided" if effect[0] is None else hypothesis.verdict(effect[1], effect[2], bias)

"""Tests rules of thumb on a study's trials: effects of choices on accuracy at equal multiply-adds.

The rules are about the choices among standard and separable layers. Networks may have layers of other kinds too. Their
shares are held equal, so that a network in which all layers are of other kinds tells nothing about these choices.

A sampler does not propose networks at random, so that its networks have more in common than the choice that is tested.
One choice shows how much that misleads: a bias before BatchNorm. BatchNorm removes it, so that its true effect is zero.
An effect counts only where it is larger than the apparent effect of this negative control (Lipsitch, Tchetgen Tchetgen,
Cohen, 2010).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import multiply_adds_of, reached
from spaces.architecture import Architecture, from_dict
from spaces.blocks import Block, InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv, Xception
from spaces.heads import FlattenHead

WIDE = 64
"""Filters from which, by the rule of thumb, a separable layer pays."""

RESAMPLES = 2_000
INTERVAL = (2.5, 97.5)  # percentiles
TRIALS_PER_COEFFICIENT = 4

NOT_TESTED = (
    "The rules of thumb are about standard and separable layers. The layers of a hypermodel are not known, so no rule "
    "was tested."
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
    feature: Callable[[Sequence[Block]], float]
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


def _share(layers: Sequence[Any], condition: Callable[[Any], bool]) -> float:
    return sum(map(condition, layers)) / len(layers) if layers else 0.0


def _is_judged(layer: Block) -> bool:
    return isinstance(layer, StandardConv | SeparableConv)


def _is_separable(layer: Block) -> bool:
    return isinstance(layer, SeparableConv)


def _is_wide(layer: Block) -> bool:
    return _filters(layer) >= WIDE


def _filters(layer: Any) -> int:
    return layer.body[-1].filters if isinstance(layer, Residual) else layer.filters


HYPOTHESES = (
    _Hypothesis(
        "The first layer is best a standard convolution",
        "first layer standard instead of separable",
        lambda layers: float(isinstance(layers[0], StandardConv)),
        _positive,
    ),
    _Hypothesis(
        "A bias before BatchNorm buys nothing",
        "all standard and separable layers with a bias instead of none",
        lambda layers: _share(list(filter(_is_judged, layers)), lambda layer: layer.bias),
        _always_confirmed,
    ),
    _Hypothesis(
        "Depth multiplier 1 is enough",
        "all later layers separable with multiplier 2 instead of 1",
        lambda layers: _share(layers[1:], lambda layer: _is_separable(layer) and layer.depth_multiplier > 1),
        _not_positive,
    ),
    _Hypothesis(
        f"Separable pays from {WIDE} filters",
        f"later layers of {WIDE} filters and more separable instead of standard",
        lambda layers: _share(layers[1:], lambda layer: _is_separable(layer) and _is_wide(layer)),
        _positive,
    ),
    _Hypothesis(
        f"Separable does not pay below {WIDE} filters",
        f"later layers of fewer than {WIDE} filters separable instead of standard",
        lambda layers: _share(layers[1:], lambda layer: _is_separable(layer) and not _is_wide(layer)),
        _not_positive,
    ),
)


OTHER_KINDS = (InvertedResidual, Xception, Residual)
"""Layers that are neither standard nor separable. A `Residual` that is a layer of its own is ResNet's block."""

NEGATIVE_CONTROL = 1
"""Index of the hypothesis whose choice has no effect, by construction."""


def judge_rules(trials: Sequence[FrozenTrial], *, seed: int = 0) -> list[Rule]:
    """Test the rules by linear regression of the accuracy at the lowest rung on all choices together.

    Cost, depth, width, the other kinds of layers, residual connections, halvings, activation and head are held equal.

    Args:
        trials: All of a study's.
        seed: Of the resampling.
    Returns:
        All rules; none if the networks are those of a hypermodel.
    """
    if any("blocks" not in trial.user_attrs.get(attr.ARCHITECTURE, {"blocks": ()}) for trial in trials):
        return []
    rungs = [min(reached(trial)) for trial in trials if reached(trial)]
    epochs = min(rungs, default=0)
    samples = [trial for trial in trials if epochs in reached(trial)]
    networks = [from_dict(trial.user_attrs[attr.ARCHITECTURE]) for trial in samples]
    layers = [layers_of(network) for network in networks]
    estimates = effects(
        np.array([[hypothesis.feature(of_network) for of_network in layers] for hypothesis in HYPOTHESES]).T,
        np.array(
            [_covariates(network, multiply_adds_of(trial)) for network, trial in zip(networks, samples, strict=True)]
        ),
        np.array([100 * reached(trial)[epochs] for trial in samples]),
        seed=seed,
    )
    control = estimates[NEGATIVE_CONTROL][0]
    return [
        Rule(hypothesis.rule, hypothesis.compared, *effect, _verdict(hypothesis, effect, control), len(samples), epochs)
        for hypothesis, effect in zip(HYPOTHESES, estimates, strict=True)
    ]


def layers_of(architecture: Architecture) -> list[Block]:
    """The layers of a network in order: its blocks without pools and 1x1 convolutions.

    A convolution whose input is added is that convolution. ResNet's block of two is a layer of a kind of its own.
    """
    blocks = [
        block.body[0] if isinstance(block, Residual) and len(block.body) == 1 else block
        for block in architecture.blocks
    ]
    return [block for block in blocks if not isinstance(block, MaxPool | Resize) and not _is_last(block)]


def _is_last(block: Block) -> bool:
    return isinstance(block, StandardConv) and block.kernel_size == 1


def _covariates(architecture: Architecture, multiply_adds: int) -> list[float]:
    """What is held equal."""
    blocks, layers = architecture.blocks, layers_of(architecture)
    later, cost = layers[1:], float(np.log(multiply_adds))
    activations = {getattr(block, "activation", None) for block in blocks}
    return [
        cost,
        cost**2,
        float(len(layers)),
        float(np.mean(np.log([_filters(layer) for layer in layers]))),
        # What is left of the later layers are narrow standard and separable ones.
        _share(later, lambda layer: _is_judged(layer) and _is_wide(layer)),
        *(_share(later, lambda layer, kind=kind: isinstance(layer, kind)) for kind in OTHER_KINDS),
        _share(later, lambda layer: _is_separable(layer) and layer.kernel_size > 3),
        float(sum(isinstance(block, Residual) and len(block.body) == 1 for block in blocks)),
        float(sum(isinstance(block, MaxPool) for block in blocks)),
        float(sum(_strides(layer) > 1 for layer in layers)),
        float(any(isinstance(block, Resize) for block in blocks)),
        float(any(map(_is_last, blocks))),
        *(float(activation in activations) for activation in ("silu", "hard_silu")),
        float(isinstance(architecture.head, FlattenHead)),
    ]


def _strides(layer: Any) -> int:
    return layer.body[0].strides if isinstance(layer, Residual) else layer.strides


def effects(features: np.ndarray, covariates: np.ndarray, accuracies: np.ndarray, *, seed: int) -> list[Effect]:
    """The effect of each feature; all None for one that the other columns determine, and if there are too few rows.

    Args:
        features: Array of shape (n, k).
        covariates: What is held equal: array of shape (n, c).
        accuracies: Array of shape (n,).
        seed: Of the resampling.
    References:
        Efron (1979), Bootstrap methods: percentile intervals over resampled rows.
    """
    count, result = len(features), [(None, None, None)] * features.shape[1]
    if not count:
        return result
    scale = covariates.std(axis=0)
    covariates = (covariates - covariates.mean(axis=0)) / np.where(scale > 0, scale, 1)
    design = np.column_stack([np.ones(count), covariates, features])
    if count < TRIALS_PER_COEFFICIENT * np.linalg.matrix_rank(design):
        return result
    random = np.random.default_rng(seed)
    samples = [np.arange(count), *random.integers(0, count, (RESAMPLES, count))]
    coefficients = np.array([np.linalg.lstsq(design[rows], accuracies[rows], rcond=None)[0] for rows in samples])
    low, high = np.percentile(coefficients[1:], INTERVAL, axis=0)
    for index, column in enumerate(range(1 + covariates.shape[1], design.shape[1])):
        if _is_free(design, column):
            result[index] = (float(coefficients[0, column]), float(low[column]), float(high[column]))
    return result


def _is_free(design: np.ndarray, column: int) -> bool:
    """Whether a column is no linear combination of the others, so that its coefficient can be known."""
    others, values = np.delete(design, column, axis=1), design[:, column]
    fitted = others @ np.linalg.lstsq(others, values, rcond=None)[0]
    return bool(np.linalg.norm(values - fitted) > 1e-6 * np.linalg.norm(values))


def _verdict(hypothesis: _Hypothesis, effect: Effect, control: float | None) -> str:
    if effect[0] is None or control is None:
        return "undecided"
    return hypothesis.verdict(effect[1], effect[2], abs(control))

"""Rules of thumb: known effects are recovered, and effects no larger than that of the negative control do not count."""

import numpy as np
import pytest
from optuna.trial import TrialState, create_trial

from search.comparison.rules import HYPOTHESES, NEGATIVE_CONTROL, effects, judge_rules, layers_of
from search.optimizer.trials import attributes as attr
from spaces.architecture import Architecture, from_dict
from spaces.blocks import InvertedResidual, MaxPool, Residual, Resize, SeparableConv, StandardConv, Xception
from spaces.heads import GlobalAverageHead
from spaces.reference import mobilenet_v2, resnet8
from tests.search.comparison.random_trials import network_trials


def share(layers, condition):
    return float(np.mean([condition(layer) for layer in layers]))


def wide(layer):
    return isinstance(layer, SeparableConv) and layer.filters >= 64


def doubled(layer):
    return isinstance(layer, SeparableConv) and layer.depth_multiplier > 1


def of_kind(kind):
    return lambda layer: isinstance(layer, kind)


def is_standard(layer):
    return isinstance(layer, StandardConv)


def test_known_effects_are_recovered_whatever_the_other_layers_do():
    def accuracy(layers):
        later = layers[1:]
        others = 6 * share(later, of_kind(InvertedResidual)) - 4 * share(later, of_kind(Xception))
        return 60 + 4 * is_standard(layers[0]) - 5 * share(later, wide) - 3 * share(later, doubled) + others

    rules = judge_rules(network_trials(800, accuracy))
    first, bias, twice, many, narrow = rules
    assert first.effect == pytest.approx(4, abs=0.2) and first.verdict == "confirmed"
    assert bias.low < 0 < bias.high or abs(bias.effect) < 0.3
    assert twice.effect == pytest.approx(-3, abs=0.6) and twice.verdict == "confirmed"
    assert many.effect == pytest.approx(-5, abs=0.8) and many.verdict == "refuted"
    assert abs(narrow.effect) < 0.8
    assert {rule.trials for rule in rules} == {800} and {rule.epochs for rule in rules} == {1}


def test_kinds_that_come_together_are_told_apart():
    """A sampler that likes inverted residuals and separable first layers proposes both more often."""

    def accuracy(layers):
        return 60 + 10 * share(layers[1:], of_kind(InvertedResidual)) + 2 * is_standard(layers[0])

    def is_proposed(trial):
        first, *later = layers_of(from_dict(trial.user_attrs[attr.ARCHITECTURE]))
        return (share(later, of_kind(InvertedResidual)) > 0.2) != is_standard(first)

    trials = [trial for trial in network_trials(800, accuracy) if is_proposed(trial)]
    apart = [is_standard(layers_of(from_dict(one.user_attrs[attr.ARCHITECTURE]))[0]) for one in trials]
    accuracies = np.array([one.user_attrs[attr.RUNGS]["1"] for one in trials])
    assert accuracies[apart].mean() < accuracies[~np.array(apart)].mean()  # so a plain comparison would mislead
    first = judge_rules(trials)[0]
    assert first.effect == pytest.approx(2, abs=0.4) and first.verdict == "confirmed"


def test_an_effect_no_larger_than_that_of_the_control_does_not_count():
    """Networks with a bias are better here for a reason that nobody recorded."""

    def accuracy(layers):
        judged = [layer for layer in layers if isinstance(layer, StandardConv | SeparableConv)]
        return 60 + 3 * share(judged, lambda layer: layer.bias) + 1 * is_standard(layers[0])

    first, bias, *_ = judge_rules(network_trials(600, accuracy))
    assert bias.effect == pytest.approx(3, abs=0.3) and bias.verdict == "confirmed"
    assert first.low > 0 and first.verdict == "undecided"
    assert HYPOTHESES[NEGATIVE_CONTROL].rule == bias.rule


@pytest.mark.long
def test_effects_are_least_squares_and_intervals_cover():
    random = np.random.default_rng(0)
    covered = 0
    for seed in range(60):
        features = random.integers(0, 2, (80, 2)).astype(float)
        controls = random.normal(size=(80, 2))
        values = 1.5 * features[:, 0] - 2 * features[:, 1] + controls @ [3, 1] + random.normal(size=80)
        estimates = effects(features, controls, values, seed=seed)
        design = np.column_stack([np.ones(80), controls, features])
        exact = np.linalg.solve(design.T @ design, design.T @ values)[3:]
        assert [effect for effect, _, _ in estimates] == pytest.approx(exact.tolist())
        covered += sum(low <= truth <= high for (_, low, high), truth in zip(estimates, (1.5, -2), strict=True))
    assert 0.85 <= covered / 120 <= 1


@pytest.mark.long
def test_the_intervals_hold_for_few_trials_too():
    """Near the fewest that are judged, and without any effect: one in twenty intervals should not contain zero."""
    wrong = 0
    for seed in range(20):
        rules = judge_rules(network_trials(110, lambda layers: 50.0, seed=seed))
        assert rules[0].effect is not None
        wrong += sum(rule.low > 0 or rule.high < 0 for rule in rules)
    assert wrong / (20 * len(HYPOTHESES)) < 0.15


def test_too_few_trials_or_a_choice_never_made_decide_nothing():
    assert {rule.verdict for rule in judge_rules(network_trials(40, lambda layers: 50.0))} == {"undecided"}
    assert {rule.verdict for rule in judge_rules([])} == {"undecided"}
    features = np.column_stack([np.ones(100), np.arange(100) % 2])
    constant, varied = effects(features, np.zeros((100, 1)), np.arange(100.0), seed=0)
    assert constant == (None, None, None) and varied[0] is not None


def test_a_choice_that_another_one_decides_has_no_effect_of_its_own():
    """As where all wide layers of a study are separable."""
    column = np.random.default_rng(0).integers(0, 2, (100, 1)).astype(float)
    assert effects(column, 3 - 2 * column, 5 * column[:, 0], seed=0) == [(None, None, None)]


def test_without_its_control_no_rule_is_decided():
    trials = []
    for trial in network_trials(600, lambda layers: 50 + 5 * is_standard(layers[0])):
        data = without_bias(trial.user_attrs[attr.ARCHITECTURE])
        attributes = {**trial.user_attrs, attr.ARCHITECTURE: data}
        trials.append(create_trial(state=TrialState.PRUNED, user_attrs=attributes))
    first, bias, *_ = judge_rules(trials)
    assert first.low > 4 and bias.effect is None
    assert first.verdict == bias.verdict == "undecided"


def without_bias(data):
    if isinstance(data, dict):
        return {name: False if name == "bias" else without_bias(value) for name, value in data.items()}
    return [without_bias(one) for one in data] if isinstance(data, list) else data


def test_networks_of_a_hypermodel_test_no_rule():
    trials = network_trials(10, lambda layers: 50.0)
    assert len(judge_rules(trials)) == len(HYPOTHESES)
    other = create_trial(state=TrialState.PRUNED, user_attrs={attr.ARCHITECTURE: {"hypermodel": "a:b"}})
    assert judge_rules([*trials, other]) == []


def test_a_layer_is_a_convolution_or_a_block_of_another_kind():
    blocks = (Resize(4, 4), StandardConv(4), MaxPool(), Residual((SeparableConv(4),)), StandardConv(8, 1))
    assert layers_of(Architecture((8, 8, 3), blocks, GlobalAverageHead(2))) == [StandardConv(4), SeparableConv(4)]
    assert [type(layer) for layer in layers_of(resnet8())] == [StandardConv, Residual, Residual, Residual]
    assert {type(layer) for layer in layers_of(mobilenet_v2())} == {StandardConv, InvertedResidual}

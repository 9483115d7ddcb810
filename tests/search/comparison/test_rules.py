"""Rules of thumb: known effects are recovered, and effects no larger than that of the negative control do not count."""

import numpy as np
import pytest
from optuna.trial import TrialState, create_trial

from search.comparison.rules import HYPOTHESES, NEGATIVE_CONTROL, convolutions, effects, judge_rules
from search.optimizer.trials import attributes as attr
from spaces.blocks import SeparableConv, StandardConv
from spaces.reference import FAMILIES, resnet8
from tests.search.comparison.random_trials import network_trials


def test_known_effects_are_recovered():
    def accuracy(layers):
        later = layers[1:]
        wide = np.mean([isinstance(layer, SeparableConv) and layer.filters >= 64 for layer in later])
        doubled = np.mean([isinstance(layer, SeparableConv) and layer.depth_multiplier > 1 for layer in layers])
        return 60 + 4 * isinstance(layers[0], StandardConv) - 5 * wide - 3 * doubled

    rules = judge_rules(network_trials(400, accuracy))
    first, bias, doubled, wide, narrow = rules
    assert first.effect == pytest.approx(4, abs=0.3) and first.verdict == "confirmed"
    assert bias.low < 0 < bias.high or abs(bias.effect) < 0.3
    assert doubled.effect == pytest.approx(-3, abs=0.6) and doubled.verdict == "confirmed"
    assert wide.effect == pytest.approx(-5, abs=0.8) and wide.verdict == "refuted"
    assert abs(narrow.effect) < 0.8
    assert {rule.trials for rule in rules} == {400} and {rule.epochs for rule in rules} == {1}


def test_an_effect_no_larger_than_that_of_the_control_does_not_count():
    """Networks with a bias are better here for a reason that nobody recorded."""

    def accuracy(layers):
        return 60 + 3 * np.mean([layer.bias for layer in layers]) + 1 * isinstance(layers[0], StandardConv)

    first, bias, *_ = judge_rules(network_trials(400, accuracy))
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


def test_too_few_trials_or_a_choice_never_made_decide_nothing():
    assert {rule.verdict for rule in judge_rules(network_trials(20, lambda layers: 50.0))} == {"undecided"}
    assert {rule.verdict for rule in judge_rules([])} == {"undecided"}
    features = np.column_stack([np.ones(100), np.arange(100) % 2])
    constant, varied = effects(features, np.zeros((100, 1)), np.arange(100.0), seed=0)
    assert constant == (None, None, None) and varied[0] is not None


def test_networks_of_other_blocks_test_no_rule():
    trials = network_trials(60, lambda layers: 50.0)
    assert len(judge_rules(trials)) == len(HYPOTHESES)
    mobile = FAMILIES["MobileNetV2"]()
    attributes = {**trials[0].user_attrs, attr.ARCHITECTURE: mobile.to_dict(), attr.MACS: mobile.cost().multiply_adds}
    assert judge_rules([*trials, create_trial(state=TrialState.PRUNED, user_attrs=attributes)]) == []


def test_convolutions_inside_residual_blocks_count_and_shortcuts_do_not():
    assert [layer.filters for layer in convolutions(resnet8())] == [16, 16, 16, 32, 32, 64, 64]

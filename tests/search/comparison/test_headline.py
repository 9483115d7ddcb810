"""The sentences that a comparison begins with."""

import pytest

from search.comparison.headline import accuracy_sentence, cost_sentences
from search.comparison.networks import NamedNetwork
from search.quantities import times_fewer
from spaces.cost import Cost, LayerCost
from spaces.reference import REFERENCES


def sentences(*names):
    return cost_sentences([NamedNetwork(name, REFERENCES[name]()) for name in names])


def test_multiply_adds_come_first_and_shared_layers_are_set_apart():
    [sentence] = sentences("StandardCNN", "SeparableCNN")
    shared = (4 * 4 * 128 * 128 + 128) + (128 * 10 + 10)
    assert round(10_585_344 / 1_548_544, 1) == 6.8 and round((357_706 - shared) / (275_909 - shared), 1) == 7.6
    assert sentence.startswith(
        "SeparableCNN has 6.8 times fewer multiply-adds than StandardCNN (1.55 M against 10.6 M)."
    )
    assert "1.3 times fewer parameters (276 k against 358 k): 264 k of them are in layers that both" in sentence
    assert sentence.endswith("In all other layers it has 7.6 times fewer parameters (12.3 k against 94.1 k).")


def test_the_other_way_round_it_has_more():
    [sentence] = sentences("SeparableCNN", "StandardCNN")
    assert sentence.startswith("StandardCNN has 6.8 times more multiply-adds than SeparableCNN (10.6 M against 1.55 M)")


def test_without_large_shared_layers_one_sentence_says_all():
    [sentence] = sentences("StandardCNN", "ResNet-8")
    assert sentence == (
        "ResNet-8 has 1.2 times more multiply-adds than StandardCNN (12.5 M against 10.6 M), "
        "and 4.5 times fewer parameters (78.7 k against 358 k)."
    )


def test_a_network_beside_itself_has_as_many():
    [sentence] = sentences("ResNet-8", "ResNet-8")
    assert "as many multiply-adds as ResNet-8 (12.5 M)" in sentence


def test_costs_that_are_not_counted_are_not_compared():
    class Unknown:
        def cost(self):
            return Cost((LayerCost("own", "Own", (8, 8, 4), 0, 0, 0),), unknown=("own",))

    known = NamedNetwork("ResNet-8", REFERENCES["ResNet-8"]())
    [sentence] = cost_sentences([known, NamedNetwork("mine", Unknown())])
    assert sentence == "The costs of mine and ResNet-8 do not compare: some layers could not be counted."


def test_accuracies_are_those_of_the_recipe():
    rows = [
        {"network": "a", "recipe": "one", "test_accuracy": 61.26, "test_accuracy_std": 1.25},
        {"network": "a", "recipe": "two", "test_accuracy": 70.0, "test_accuracy_std": None},
    ]
    assert accuracy_sentence(rows, "one") == "Test accuracy with recipe one: a 61.3 % ± 1.2."
    assert accuracy_sentence(rows, "two") == "Test accuracy with recipe two: a 70.0 %."


@pytest.mark.parametrize(
    ("count", "baseline", "words"),
    [
        (10, 68, "6.8 times fewer"),
        (68, 10, "6.8 times more"),
        (7, 7, "as many"),
        (100, 101, "about as many"),
        (1, 1234, "1,234 times fewer"),
    ],
)
def test_a_count_beside_another(count, baseline, words):
    assert times_fewer(count, baseline) == words

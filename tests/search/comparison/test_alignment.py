"""Which layers stand opposite each other: every layer once, in order, and as many pairs as possible."""

import itertools
import random

import pytest

from search.comparison.alignment import align
from search.comparison.steps import Step, steps_of
from spaces.reference import REFERENCES


def steps(name):
    return steps_of(REFERENCES[name]().cost())


def made(*sides, kernel_size=3):
    """Convolutions whose maps have these sides."""
    return [
        Step(f"layer{i}", "Conv2D", (side, side), (side, side, 8), 1, 1, True, kernel_size, 8)
        for i, side in enumerate(sides)
    ]


def most_pairs(one, other):
    """The largest number of pairs of equal sides in order, by trying all choices."""
    sides, other_sides = [step.stage for step in one], [step.stage for step in other]
    for size in range(min(len(one), len(other)), 0, -1):
        chosen = set(itertools.combinations(sides, size))
        if chosen & set(itertools.combinations(other_sides, size)):
            return size
    return 0


def test_the_two_networks_of_the_course_stand_layer_by_layer():
    rows = align([steps("StandardCNN"), steps("SeparableCNN")])
    assert [tuple(step.parameters for step in row.steps) for row in rows] == [
        (3 * 3 * 3 * 32 + 32, 3 * 3 * 3 + 3 * 32 + 32),
        (18_496, 2_400),
        (3 * 3 * 64 * 128 + 128, 3 * 3 * 64 + 64 * 128 + 128),
        (4 * 4 * 128 * 128 + 128, 4 * 4 * 128 * 128 + 128),
        (128 * 10 + 10, 128 * 10 + 10),
    ]
    assert [tuple(step.multiply_adds for step in row.steps) for row in rows[:3]] == [
        (32 * 32 * 27 * 32, 32 * 32 * (27 + 3 * 32)),
        (16 * 16 * 9 * 32 * 64, 16 * 16 * (9 * 32 + 32 * 64)),
        (8 * 8 * 9 * 64 * 128, 8 * 8 * (9 * 64 + 64 * 128)),
    ]


@pytest.mark.parametrize("names", [*itertools.combinations(REFERENCES, 2), tuple(REFERENCES)])
def test_every_step_is_there_once_and_in_order_and_opposite_are_equal_places(names):
    networks = [steps(name) for name in names]
    rows = align(networks)
    for index, network in enumerate(networks):
        assert [row.steps[index] for row in rows if row.steps[index]] == network
    for row in rows:
        assert len({step.stage for step in row.steps if step}) == 1
        assert len({step.kernel_size == 1 for step in row.steps if step}) == 1
    heads = [row.stage == "head" for row in rows]
    assert heads == sorted(heads)


def test_as_many_steps_as_possible_are_opposite_each_other():
    generator = random.Random(0)
    for _ in range(200):
        one, other = (made(*generator.choices((4, 8, 16), k=generator.randrange(7))) for _ in range(2))
        rows = align([one, other])
        assert sum(None not in row.steps for row in rows) == most_pairs(one, other)


def test_networks_of_other_sizes_take_turns_from_the_largest_maps_on():
    rows = align([made(32, 16, 8), made(24, 12, 6)])
    assert [row.stage[0] for row in rows] == [32, 24, 16, 12, 8, 6]


def test_of_several_partners_the_most_similar_is_chosen():
    [wanted] = made(8, kernel_size=5)
    rows = align([[wanted], [*made(8), *made(8, kernel_size=5), *made(8)]])
    [pair] = [row for row in rows if None not in row.steps]
    assert pair.steps[1].kernel_size == 5


@pytest.mark.parametrize("networks", [[], [[]], [[], []]])
def test_nothing_is_aligned_to_nothing(networks):
    assert align(networks) == []


def test_one_network_is_a_column():
    network = steps("ResNet-8")
    assert [row.steps for row in align([network])] == [(step,) for step in network]

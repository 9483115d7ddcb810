"""The memory plan beside hand-made cases, and beside a plan that tries every place."""

from random import Random

import pytest

from spaces.architecture import Architecture
from spaces.blocks import InvertedResidual, MaxPool, Residual, StandardConv
from spaces.heads import FlattenHead, GlobalAverageHead
from spaces.int8.ram import aligned, arena_bytes


@pytest.mark.parametrize(
    ("buffers", "total"),
    [
        ([], 0),
        ([(16, 0, 0, 0)], 16),
        ([(64, 0, 0, 1), (32, 1, 1, 2), (64, 2, 2, 3)], 96),
        ([(64, 0, 0, 0), (32, 1, 1, 1)], 64),
        # 48 goes to 0 and 64 to 48; 32 is placed beside 64 alone, at 0; 16 then has no place below 112.
        ([(32, 0, 0, 1), (64, 1, 1, 2), (48, 2, 2, 3), (16, 3, 1, 2)], 128),
    ],
    ids=["none", "one", "a chain", "one after the other", "a gap"],
)
def test_a_plan_by_hand(buffers, total):
    assert arena_bytes(buffers) == total


def every_place_tried(buffers):
    """The same plan without a list of gaps: each offset is tried, from the lowest on."""
    placed, total = [], 0
    for size, _, first, last in sorted(buffers, key=lambda buffer: (-buffer[0], -buffer[1])):
        others = [(begin, end) for begin, end, its_first, its_last in placed if its_first <= last and first <= its_last]
        begin = 0
        while any(begin < other_end and other_begin < begin + size for other_begin, other_end in others):
            begin += 16
        placed.append((begin, begin + size, first, last))
        total = max(total, begin + size)
    return total


def test_random_plans_agree_with_one_that_tries_every_place():
    random = Random(0)
    for _ in range(300):
        spans = [sorted(random.choices(range(12), k=2)) for _ in range(random.randint(1, 12))]
        buffers = [(16 * random.randint(1, 6), number, *span) for number, span in enumerate(spans)]
        assert arena_bytes(buffers) == every_place_tried(buffers), buffers


def test_a_buffer_is_a_multiple_of_16_bytes():
    assert [aligned(size) for size in (1, 16, 17, 3072)] == [16, 16, 32, 3072]


AVERAGE = GlobalAverageHead(2)


def ram(*blocks, head=AVERAGE, shape=(8, 8, 3)):
    return Architecture(shape, blocks, head).cost().ram_bytes


def test_a_layer_holds_its_input_and_its_output():
    assert ram(StandardConv(4)) == 8 * 8 * 3 + 8 * 8 * 4
    assert ram(StandardConv(4, activation="relu6"), MaxPool()) == 8 * 8 * 3 + 8 * 8 * 4
    assert ram(StandardConv(1), shape=(9, 9, 1)) == 96 + 96  # 81 bytes each


def test_swish_holds_three_maps_and_hard_swish_two():
    assert ram(StandardConv(8, activation="silu")) == 3 * 8 * 8 * 8
    assert ram(StandardConv(8, activation="hard_silu")) == 2 * 8 * 8 * 8


def test_an_input_that_is_added_later_is_held_until_then():
    maps = 8 * 8 * 8
    assert ram(StandardConv(8), StandardConv(8)) == 2 * maps
    assert ram(StandardConv(8), Residual((StandardConv(8),))) == 3 * maps
    assert ram(StandardConv(8), InvertedResidual(8, expansion=2.0)) == (1 + 2 + 2) * maps


def test_a_dense_head_holds_a_copy_of_the_maps():
    assert ram(StandardConv(8), head=FlattenHead(2)) == 2 * 8 * 8 * 8
    assert ram(head=FlattenHead(2)) == 2 * 8 * 8 * 3


def test_a_mean_has_a_sum_of_four_bytes_for_each_channel():
    assert ram(shape=(2, 2, 16)) == 2 * 2 * 16 + 16 + 4 * 16 + 32

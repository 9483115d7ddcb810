"""The samplers that are compared."""

import pytest

from search.cli.sampler_names import sampler_names
from search.errors import UsageError


def test_each_name_counts_once_in_its_order():
    assert sampler_names(["tpe", "random", "tpe"]) == ("tpe", "random")


def test_more_than_a_figure_can_tell_apart_are_refused():
    assert len(sampler_names([f"my_module:Sampler{number}" for number in range(8)])) == 8
    with pytest.raises(UsageError, match="up to 8 samplers can be compared; got 9 samplers"):
        sampler_names([f"my_module:Sampler{number}" for number in range(9)])

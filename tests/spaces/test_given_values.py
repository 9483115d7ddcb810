"""Given values: what was asked for, and what is no choice."""

import pytest

from spaces.given_values import GivenValues


def test_it_gives_the_values_and_remembers_those_asked_for():
    hp = GivenValues({"kind": "a", "flag": True, "other": 3})
    with hp.conditional_scope("kind", ["a"]):
        assert (hp.Boolean("flag"), hp.Choice("kind", ("a", "b"))) == (True, "a")
    assert list(hp.asked.items()) == [("flag", True), ("kind", "a")]


@pytest.mark.parametrize(("values", "given"), [({}, "None"), ({"kind": "c"}, "c")])
def test_a_value_that_is_no_choice_is_refused(values, given):
    with pytest.raises(ValueError, match=rf"kind must be one of \['a', 'b'\]; got {given}"):
        GivenValues(values).Choice("kind", ("a", "b"))

"""Checks of given values, and how a message shows them: recognisable, and never longer than a line."""

from dataclasses import dataclass

import pytest

from spaces.validation import from_fields, given, place, require


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def doubling(times):
    value = [1]
    for _ in range(times):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("value", "shown"),
    [(3, "3"), ("a", "'a'"), ("a\nb", "'a\\nb'"), (None, "None"), ([1, "b"], "[1, 'b']"), (0.5, "0.5"), (True, "True")],
)
def test_short_values_are_shown_as_they_are(value, shown):
    assert given(value) == shown


LONG = {
    "text": "x" * 10_000,
    "number": 10**400,
    "endless number": 10**5_000,
    "list": list(range(1_000)),
    "mapping": {str(number): number for number in range(1_000)},
    "nest": nested(50_000),
    "doubling": doubling(60),
}


@pytest.mark.parametrize("value", LONG.values(), ids=LONG)
def test_others_are_shortened(value):
    assert 0 < len(given(value)) < 300 and given(value).isprintable()


@pytest.mark.parametrize(("path", "shown"), [("a b/ä.png", "a b/ä.png"), ("a\nb", "'a\\nb'"), ("\udcff", "'\\udcff'")])
def test_a_path_never_breaks_a_line(path, shown):
    assert place(path) == shown


def test_a_rule_that_does_not_hold_is_a_sentence():
    require("size", 2, True, "even")
    with pytest.raises(ValueError, match="^`size` must be even; got 3.$"):
        require("size", 3, False, "even")


@dataclass(frozen=True)
class Fields:
    """A value of each type that a file can hold."""

    count: int
    share: float = 0.5
    on: bool = True
    name: str = "a"

    def __post_init__(self):
        require("count", self.count, self.count > 0, "positive")


def test_fields_of_the_right_types_make_an_instance():
    assert from_fields(Fields, {"count": 3}, where="here") == Fields(3)
    assert from_fields(Fields, {"count": 3, "share": 1, "on": False, "name": "b"}, where="here").share == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "here: count missing; got \\[\\]"),
        ({"count": 1, "size": 2}, "here: unknown field 'size'; known are count, share, on, name"),
        ({"count": 1.0}, "here: `count` must be a whole number up to 2,147,483,647; got 1.0"),
        ({"count": True}, "here: `count` must be a whole number"),
        ({"count": 2**31}, "here: `count` must be a whole number"),
        ({"count": 1, "share": float("inf")}, "here: `share` must be a finite number; got inf"),
        ({"count": 1, "on": 1}, "here: `on` must be true or false; got 1"),
        ({"count": 1, "name": None}, "here: `name` must be text; got None"),
        ({"count": 0}, "here: `count` must be positive; got 0"),
    ],
)
def test_other_fields_are_refused_in_a_sentence(fields, message):
    with pytest.raises(ValueError, match=message):
        from_fields(Fields, fields, where="here")

"""What a message shows of what was given: enough to find it again, never more than a line."""

import pytest

from spaces.validation import given, place


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

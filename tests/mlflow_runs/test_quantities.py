"""Numbers as a person reads them."""

import pytest

from mlflow_runs.quantities import amount, percent


@pytest.mark.parametrize(
    ("number", "expected"),
    [(None, "-"), (0, "0"), (999, "999"), (1000, "1 k"), (12_494_336, "12.5 M"), (999_700, "1.00 M"),
     (1_530_000, "1.53 M"), (105_000_000, "105 M"), (8.4e9, "8.40 G")],
)  # fmt: skip
def test_amount(number, expected):
    assert amount(number) == expected


def test_percent():
    assert (percent(0.81254), percent(None)) == ("81.25 %", "-")

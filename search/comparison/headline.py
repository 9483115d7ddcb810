"""What a comparison says first: multiply-adds, then parameters without those that the networks share."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from search.comparison.alignment import align
from search.comparison.networks import NamedNetwork
from search.comparison.steps import Step, steps_of
from search.quantities import times_fewer, with_unit
from spaces.cost import Cost

SHARED_SHARE = 0.5
"""If more of a network's parameters than this are in layers that both have, the others are compared as well."""


def cost_sentences(networks: Sequence[NamedNetwork]) -> list[str]:
    """A sentence or two for each network but the first, with which they are compared."""
    return [_costs(network, networks[0]) for network in networks[1:]]


def costs_compare(one: Cost, other: Cost) -> bool:
    """Whether the multiply-adds of two networks are known, all of them, and above 0."""
    return not (one.unknown or other.unknown) and bool(one.multiply_adds and other.multiply_adds)


def accuracy_sentence(rows: Sequence[Mapping[str, Any]], recipe: str) -> str:
    """The test accuracies with a recipe.

    Args:
        rows: From `EvaluatedNetwork.row`.
        recipe: Its name.
    """
    rows = [row for row in rows if row["recipe"] == recipe]
    accuracies = ", ".join(f"{row['network']} {_percent(row)}" for row in rows)
    return f"Test accuracy with recipe {recipe}: {accuracies}."


def _percent(row: Mapping[str, Any]) -> str:
    deviation = row["test_accuracy_std"]
    return f"{row['test_accuracy']:.1f} %" + ("" if deviation is None else f" ± {deviation:.1f}")


def _costs(network: NamedNetwork, first: NamedNetwork) -> str:
    cost, first_cost = network.architecture.cost(), first.architecture.cost()
    if not costs_compare(cost, first_cost):
        return f"The costs of {network.name} and {first.name} do not compare: some layers could not be counted."
    multiply_adds = _beside("multiply-adds", cost.multiply_adds, first_cost.multiply_adds, first.name)
    parameters = _beside("parameters", cost.parameters, first_cost.parameters)
    shared = _shared_parameters(steps_of(first_cost), steps_of(cost))
    others, first_others = cost.parameters - shared, first_cost.parameters - shared
    if shared <= SHARED_SHARE * cost.parameters or not others or not first_others:
        return f"{network.name} has {multiply_adds}, and {parameters}."
    return (
        f"{network.name} has {multiply_adds}. It has {parameters}: {with_unit(shared)} of them are in layers that both "
        f"networks have. In all other layers it has {_beside('parameters', others, first_others)}."
    )


def _beside(what: str, count: int, first: int, name: str = "") -> str:
    """ "6.8 times fewer multiply-adds than StandardCNN (1.55 M, not 10.6 M)"."""
    words = times_fewer(count, first)
    than = f" {'as' if words.endswith('as many') else 'than'} {name}" if name else ""
    numbers = f"{with_unit(count)}" if count == first else f"{with_unit(count)} against {with_unit(first)}"
    return f"{words} {what}{than} ({numbers})"


def _shared_parameters(first: Sequence[Step], steps: Sequence[Step]) -> int:
    """Parameters of the layers that are the same in two networks, and in the same place."""
    return sum(row.steps[1].parameters for row in align([first, steps]) if _is_same(*row.steps))


def _is_same(one: Step | None, other: Step | None) -> bool:
    return one is not None and other is not None and replace(one, name="") == replace(other, name="")

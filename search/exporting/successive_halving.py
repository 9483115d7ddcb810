"""Chooses one of several networks by short trainings: the better half goes on, with more epochs each time.

References:
    Jamieson, Talwalkar (2016), Non-stochastic best arm identification and hyperparameter optimization, AISTATS.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from search.exporting.final_training import FinalTraining, TrainingResult
from search.results import TrainedNetwork


@dataclass(frozen=True)
class Round:
    """One round.

    Attributes:
        networks: How many are trained.
        epochs: For how long.
    """

    networks: int
    epochs: int


def rounds(networks: int, *, epochs: int) -> list[Round]:
    """The rounds that leave one of so many networks. The last ones train for half of `epochs`."""
    result: list[Round] = []
    count = math.ceil(math.log2(networks))
    for place in range(count):
        result.append(Round(networks, max(1, round(epochs / 2 ** (count - place)))))
        networks = math.ceil(networks / 2)
    return result


def best_of(
    networks: Sequence[TrainedNetwork],
    schedule: Sequence[Round],
    *,
    training_of: Callable[[TrainedNetwork, int], FinalTraining],
    train: Callable[[Sequence[FinalTraining]], Mapping[FinalTraining, TrainingResult]],
) -> tuple[TrainedNetwork | None, list[dict[int, float]]]:
    """Train networks round by round and keep the better half by validation accuracy; the cheaper of equals.

    Args:
        networks: Cheapest first.
        schedule: As `rounds` gives it for so many networks.
        training_of: The training of a network for so many epochs.
        train: Does trainings; leaves some out if a person stops it.
    Returns:
        The best network, None if a person has stopped; and for each network its accuracies, 0 to 1, by epochs.
    """
    accuracies: list[dict[int, float]] = [{} for _ in networks]
    kept = list(range(len(networks)))
    for each in schedule:
        trainings = {place: training_of(networks[place], each.epochs) for place in kept}
        results = train(list(trainings.values()))
        if any(training not in results for training in trainings.values()):
            return None, accuracies
        for place, training in trainings.items():
            accuracies[place][each.epochs] = results[training].validation_accuracy
        ranked = sorted(kept, key=lambda place: (-accuracies[place][each.epochs], place))
        kept = sorted(ranked[: math.ceil(len(kept) / 2)])
    return networks[kept[0]], accuracies

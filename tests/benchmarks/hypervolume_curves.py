"""Hypervolume over time: curves of searches that have ended, what they have in common, and their chart."""

from collections.abc import Iterable
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
import optuna
from optuna.trial import TrialState

from search.optimizer.pareto import Bounds, front, hypervolume
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import losses_and_costs

STARTED = "started"
"""Name of the file in a search's folder that has the time when its command was started, in seconds."""

COLORS = ("#d1495b", "#5b6c7d", "#2a9d8f", "#e9a03b")
"""Of the searches' lines in the chart."""

BUDGETS = (0.5, 1, 2, 4, 8, 16)
"""Budgets in MFLOPs for which the best accuracy is reported."""


def load_study(folder: Path) -> optuna.Study:
    """The study of the search in a folder."""
    return optuna.load_study(study_name="study", storage=f"sqlite:///{folder.resolve()}/search.db")


def rectangle(studies: Iterable[optuna.Study], *, common: bool = False) -> Bounds:
    """The rectangle that contains those of all studies of our searches, or the part that they have in common."""
    all_bounds = [Bounds(**study.user_attrs[attr.BOUNDS]) for study in studies if attr.BOUNDS in study.user_attrs]
    lower, upper = (max, min) if common else (min, max)
    return Bounds(
        upper(bounds.reference_loss for bounds in all_bounds),
        lower(bounds.lowest_cost for bounds in all_bounds),
        upper(bounds.highest_cost for bounds in all_bounds),
    )


def hypervolume_curve(folder: Path, bounds: Bounds) -> dict[str, Any]:
    """At the end of each complete training of a folder's search: minutes since its start, and the hypervolume."""
    trials = load_study(folder).get_trials(deepcopy=False)
    started = datetime.fromtimestamp(float((folder / STARTED).read_text()))
    complete = sorted((t for t in trials if t.state == TrialState.COMPLETE), key=lambda t: t.datetime_complete)
    minutes = [(trial.datetime_complete - started).total_seconds() / 60 for trial in complete]
    hypervolumes = [hypervolume(*losses_and_costs(complete[: n + 1]), bounds) for n in range(len(complete))]
    networks_begun = sum(attr.EPOCHS in trial.user_attrs for trial in trials)
    members = [complete[index] for index in front(*losses_and_costs(complete))]
    return {
        "minutes": minutes,
        "hypervolume": hypervolumes,
        "networks_begun": networks_begun,
        "networks_trained": len(complete),
        "front": [(trial.values[0], trial.values[1], trial.user_attrs[attr.WORDS]) for trial in members],
    }


def hypervolume_at(curve: dict, minutes: float) -> float:
    """The hypervolume at a time; 0 before the first complete training."""
    return max([0.0, *(value for time, value in _points(curve) if time <= minutes)])


def minutes_to(curve: dict, target: float) -> float:
    """Minutes to a hypervolume; infinite if the search did not reach it."""
    return min([np.inf, *(time for time, value in _points(curve) if value >= target)])


def _points(curve: dict) -> zip:
    return zip(curve["minutes"], curve["hypervolume"], strict=True)


def mean_curve(curves: list[dict]) -> dict:
    """The mean curve of several seeds."""
    times = sorted({time for curve in curves for time in curve["minutes"]})
    means = [float(np.mean([hypervolume_at(curve, time) for curve in curves])) for time in times]
    return {"minutes": times, "hypervolume": means}


def summary(curves: dict[str, list[dict]], minutes: float) -> dict:
    """Hypervolumes by time, and the speedups of the first search over the others, by seed and for the mean curves.

    The speedup is the whole time, divided by the time in which the first search reached what the other one reached in
    the whole time.
    """
    (_, ours), *others = curves.items()
    times = [minutes * part / 8 for part in range(1, 9)]
    return {
        "hypervolume": {
            name: {f"{time:g}": [hypervolume_at(curve, time) for curve in of_seeds] for time in times}
            for name, of_seeds in curves.items()
        },
        "times_as_fast_to_the_same": {
            name: [
                minutes / minutes_to(one, hypervolume_at(other, minutes))
                for one, other in zip(ours, of_seeds, strict=True)
            ]
            for name, of_seeds in others
        },
        "times_as_fast_in_the_mean": {
            name: minutes / minutes_to(mean_curve(ours), hypervolume_at(mean_curve(of_seeds), minutes))
            for name, of_seeds in others
        },
    }


def by_budget(curves: dict[str, list[dict]]) -> dict:
    """Best accuracy, 0 to 1, of a network within each budget of MFLOPs, for each seed. 0 if there is no network."""
    return {
        name: {str(budget): [_best_within(budget, curve["front"]) for curve in of_seeds] for budget in BUDGETS}
        for name, of_seeds in curves.items()
    }


def _best_within(mflops: float, members: list[tuple[float, float, str]]) -> float:
    return max([0.0, *(accuracy for accuracy, flops, _ in members if flops <= 1e6 * mflops)])


def draw(curves: dict[str, list[dict]], minutes: dict[str, float], path: Path) -> None:
    """Draw the hypervolume over the minutes of each search, one line for each seed."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 4.2), dpi=120, layout="constrained")
    axes = figure.add_subplot()
    for (name, of_seeds), color in zip(curves.items(), cycle(COLORS), strict=False):
        for seed, curve in enumerate(of_seeds):
            times = [0.0, *curve["minutes"], minutes[name]]
            values = [0.0, *curve["hypervolume"], hypervolume_at(curve, minutes[name])]
            axes.step(times, values, where="post", color=color, linewidth=2, label=None if seed else name)
    axes.set(xlabel="minutes on one core", ylabel="hypervolume of the front", xlim=(0, max(minutes.values())))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="lower right")
    figure.savefig(path)

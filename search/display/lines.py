"""The permanent output of a search: a line for each trial that has ended, and the front as a table."""

from collections.abc import Callable, Sequence

from optuna.trial import FrozenTrial, TrialState
from rich.table import Table
from rich.text import Text

from mlflow_runs.objectives import objective_named
from mlflow_runs.quantities import memory
from search.devices.boards import boards_that_fit, fits_words
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import (
    flops_of,
    last_rung,
    latency_ms_of,
    other_cost_of,
    reached,
)
from search.optimizer.trials.stored_cost import StoredCost
from search.quantities import counted, with_unit
from spaces.network import legend

WIDE, WIDER = 100, 112
"""Characters of a terminal that leave networks enough room beside boards or parameters, and beside both."""

WIDEST_FITS = 12  # characters of a column
WIDEST_COST = 16  # characters, such as those of `21.2 kB of flash`


def trial_line(study: SearchStudy, trial: FrozenTrial) -> Text:
    """One trial in a line, with a star if it is on the front now."""
    stored = trial.user_attrs
    on_front = any(member.number == trial.number for member in study.front())
    parts = [f"{'★' if on_front else ' '} {trial.number:4d}  {with_unit(flops_of(trial)):>7s}FLOPs"]
    if (cost := other_cost_of(trial)) is not None:
        parts.append(f"{objective_named(study.objective_name).text(cost):>{WIDEST_COST}s}")
    if reached(trial) and trial.state != TrialState.FAIL:
        rung = last_rung(trial)
        parts.append(f"{100 * reached(trial)[rung]:5.1f} %  {duration(stored[attr.SECONDS]):>8s}")
        if rung < study.ladder.top:
            parts.append(f"after {counted(rung, 'epoch')}")
    else:
        parts.append(f"no result: {stored.get(attr.REASON, '')}")
    return Text("  ".join([*parts, stored.get(attr.WORDS, "")]), style="bold" if on_front else "")


def front_table(
    front: Sequence[FrozenTrial], *, knee: FrozenTrial | None, width: int = WIDE, boards: bool = False
) -> Table:
    """The front as a table, cheapest first.

    Args:
        front: Trials.
        knee: The one that is marked as the knee.
        width: Characters of the terminal. In a narrow one the flash stands for the parameters, if it is known.
        boards: Whether to show on which boards each network fits.
    """
    example = front[0].user_attrs.get(attr.ARCHITECTURE) if front else None
    caption = legend((trial.user_attrs[attr.WORDS] for trial in front), like=example) or None
    table = Table(title="Pareto front", caption=caption, title_justify="left", caption_justify="left")
    columns = _number_columns(front, parameters=width >= (WIDER if boards else WIDE))
    for column in columns:
        table.add_column(column, justify="right", no_wrap=True)
    if boards:
        table.add_column("fits", max_width=WIDEST_FITS)
    table.add_column("", no_wrap=True)
    table.add_column("network")
    for trial in front:
        stored = trial.user_attrs
        mark = "knee" if knee and trial.number == knee.number else stored.get(attr.START_POINT, "")
        numbers = [write(trial) for write in columns.values()]
        table.add_row(*numbers, *([fits(trial)] if boards else []), mark, stored[attr.WORDS])
    return table


def _number_columns(front: Sequence[FrozenTrial], *, parameters: bool) -> dict[str, Callable[[FrozenTrial], str]]:
    """Title to what writes a trial's cell."""
    columns: dict[str, Callable[[FrozenTrial], str]] = {
        "trial": lambda trial: str(trial.number),
        "accuracy %": lambda trial: f"{100 * trial.values[0]:.1f}",
    }
    if any(latency_ms_of(trial) is not None for trial in front):
        columns["ms"] = lambda trial: f"{latency_ms_of(trial):.3f}"
    columns["FLOPs"] = lambda trial: with_unit(flops_of(trial))
    sized = any(StoredCost(trial).ram_bytes is not None for trial in front)
    if parameters or not sized:
        columns["parameters"] = lambda trial: with_unit(trial.user_attrs[attr.PARAMETERS])
    if sized:
        columns["RAM"] = lambda trial: memory(StoredCost(trial).ram_bytes)
        columns["flash"] = lambda trial: memory(StoredCost(trial).flash_bytes)
    return columns


def fits(trial: FrozenTrial) -> str:
    """The boards on which a trial's network fits, in short; empty where its RAM or flash is unknown."""
    ram_bytes, flash_bytes = StoredCost(trial).ram_bytes, StoredCost(trial).flash_bytes
    if ram_bytes is None or flash_bytes is None:
        return ""
    return fits_words(boards_that_fit(ram_bytes=ram_bytes, flash_bytes=flash_bytes))


def duration(seconds: float) -> str:
    """Seconds for a person: 48 s, 12 min, 2 h 05."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:02.0f}"

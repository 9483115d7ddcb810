"""The permanent output of a search: a line for each trial that has ended, and the front as a table."""

from collections.abc import Sequence

from optuna.trial import FrozenTrial, TrialState
from rich.table import Table
from rich.text import Text

from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import flops_of, last_rung, latency_ms_of, reached
from search.quantities import counted, with_unit
from spaces.network import legend


def trial_line(study: SearchStudy, trial: FrozenTrial) -> Text:
    """One trial in a line, with a star if it is on the front now."""
    stored = trial.user_attrs
    on_front = any(member.number == trial.number for member in study.front())
    parts = [f"{'★' if on_front else ' '} {trial.number:4d}  {with_unit(flops_of(trial)):>7s}FLOPs"]
    if (milliseconds := latency_ms_of(trial)) is not None:
        parts.append(f"{milliseconds:6.3f} ms")
    if reached(trial) and trial.state != TrialState.FAIL:
        rung = last_rung(trial)
        parts.append(f"{100 * reached(trial)[rung]:5.1f} %  {duration(stored[attr.SECONDS]):>8s}")
        if rung < study.ladder.top:
            parts.append(f"after {counted(rung, 'epoch')}")
    else:
        parts.append(f"no result: {stored.get(attr.REASON, '')}")
    return Text("  ".join([*parts, stored.get(attr.WORDS, "")]), style="bold" if on_front else "")


def front_table(front: Sequence[FrozenTrial], *, knee: FrozenTrial | None) -> Table:
    """The front as a table, cheapest first."""
    example = front[0].user_attrs.get(attr.ARCHITECTURE) if front else None
    caption = legend((trial.user_attrs[attr.WORDS] for trial in front), like=example) or None
    table = Table(title="Pareto front", caption=caption, title_justify="left", caption_justify="left")
    timed = any(latency_ms_of(trial) is not None for trial in front)
    for column in ("trial", "accuracy %", *(["ms"] if timed else []), "FLOPs", "parameters"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("network")
    for trial in front:
        stored = trial.user_attrs
        mark = "knee" if knee and trial.number == knee.number else stored.get(attr.START_POINT, "")
        table.add_row(
            str(trial.number),
            f"{100 * trial.values[0]:.1f}",
            *([f"{latency_ms_of(trial):.3f}"] if timed else []),
            with_unit(flops_of(trial)),
            with_unit(stored[attr.PARAMETERS]),
            mark,
            stored[attr.WORDS],
        )
    return table


def duration(seconds: float) -> str:
    """Seconds for a person: 48 s, 12 min, 2 h 05."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 6000:
        return f"{seconds / 60:.0f} min"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:02.0f}"

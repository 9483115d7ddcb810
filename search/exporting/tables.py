"""What an export found, as tables for the terminal."""

from collections.abc import Sequence

from rich.table import Table

from search.exporting.exported_network import ExportedNetwork, still_on_front
from search.quantities import with_unit


def files(exported: ExportedNetwork) -> Table:
    """A network's files."""
    table = _table("file", "bytes", "compressed", "largest difference", "test accuracy %", *_latency_columns(exported))
    for file in exported.files:
        latencies = [latency for latency in exported.latencies if latency.format == file.format]
        table.add_row(
            file.file,
            f"{with_unit(file.bytes)}B",
            f"{with_unit(file.compressed_bytes)}B",
            f"{file.largest_difference:.1e}",
            f"{100 * file.test_accuracy:.2f}",
            *[f"{latency.median_ms:.2f}" for latency in latencies],
        )
    if exported.latencies:
        table.caption = "ms: median time of a batch of so many images on so many threads"
        table.caption_justify = "left"
    return table


def retrained(exported: Sequence[ExportedNetwork]) -> Table:
    """The networks of a front, trained to the end."""
    table = _table("network", "FLOPs", "search %", "validation %", "test %", "still on the front", "files")
    for one, on_front in zip(exported, still_on_front(exported), strict=True):
        told = one.summary()
        table.add_row(
            one.chosen.name,
            with_unit(told["flops"]),
            f"{100 * told['search_accuracy']:.1f}",
            with_spread(told["validation"]),
            with_spread(told["test"]),
            "yes" if on_front else "no",
            one.folder.name,
        )
    return table


def with_spread(values: dict[str, float | None]) -> str:
    """Percent, and the standard deviation over seeds where there are several."""
    mean, deviation = values["mean"], values["std"]
    return f"{100 * mean:.2f}" if deviation is None else f"{100 * mean:.2f} ± {100 * deviation:.2f}"


def _latency_columns(exported: ExportedNetwork) -> list[str]:
    first = [latency for latency in exported.latencies if latency.format == exported.latencies[0].format]
    return [f"ms, {latency.batch} on {latency.threads}" for latency in first]


def _table(first: str, *rest: str) -> Table:
    table = Table(title_justify="left")
    table.add_column(first, no_wrap=True)
    for column in rest:
        table.add_column(column, justify="right")
    return table

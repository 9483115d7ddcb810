"""What an export found, as tables for the terminal."""

from collections.abc import Sequence

from rich.table import Table

from search.delivery.delivered import Delivered, still_on_front
from search.flags import with_unit


def files(delivered: Delivered) -> Table:
    """A network's files."""
    table = _table("file", "bytes", "compressed", "largest difference", "test accuracy %", *_latency_columns(delivered))
    for file in delivered.files:
        latencies = [latency for latency in delivered.latencies if latency.format == file.format]
        table.add_row(
            file.file,
            f"{with_unit(file.bytes)}B",
            f"{with_unit(file.compressed_bytes)}B",
            f"{file.largest_difference:.1e}",
            f"{100 * file.test_accuracy:.2f}",
            *[f"{latency.median_ms:.2f}" for latency in latencies],
        )
    if delivered.latencies:
        table.caption = "ms: median time of a batch of so many images on so many threads"
        table.caption_justify = "left"
    return table


def retrained(delivered: Sequence[Delivered]) -> Table:
    """The networks of a front, trained to the end."""
    table = _table("network", "FLOPs", "search %", "validation %", "test %", "still on the front", "files")
    for one, on_front in zip(delivered, still_on_front(delivered), strict=True):
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


def _latency_columns(delivered: Delivered) -> list[str]:
    first = [latency for latency in delivered.latencies if latency.format == delivered.latencies[0].format]
    return [f"ms, {latency.batch} on {latency.threads}" for latency in first]


def _table(first: str, *rest: str) -> Table:
    table = Table(title_justify="left")
    table.add_column(first, no_wrap=True)
    for column in rest:
        table.add_column(column, justify="right")
    return table

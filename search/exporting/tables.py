"""The result of an export as tables for the terminal."""

from collections.abc import Sequence

from rich.table import Table

from mlflow_runs.objectives import Objective
from mlflow_runs.quantities import memory
from search.exporting.exported_network import ExportedNetwork, still_on_front
from search.quantities import with_unit


def files_table(exported: ExportedNetwork) -> Table:
    """The files of a network."""
    table = _table("file", "bytes", "compressed", "largest difference", "test accuracy %", *_latency_columns(exported))
    for file in exported.files:
        latencies = [latency for latency in exported.latencies if latency.format == file.format]
        table.add_row(
            file.file,
            memory(file.bytes),
            memory(file.compressed_bytes),
            f"{file.largest_difference:.1e}",
            f"{100 * file.test_accuracy:.2f}",
            *[f"{latency.median_ms:.2f}" for latency in latencies],
        )
    if exported.latencies:
        table.caption = (
            "ms: median time in milliseconds on this computer, by images in a batch and threads; a board's is another"
        )
        table.caption_justify = "left"
    return table


def retrained_front_table(exports: Sequence[ExportedNetwork], objective: Objective) -> Table:
    """The networks of a front, trained to the end; arguments as of `still_on_front`."""
    table = _table(
        "network", "FLOPs", "RAM", "flash", "search %", "validation %", "test %", "still on the front", "files"
    )
    for export, on_front in zip(exports, still_on_front(exports, objective), strict=True):
        summary = export.summary()
        table.add_row(
            export.network.name,
            with_unit(summary["flops"]),
            memory(summary["ram_bytes"]),
            memory(summary["flash_bytes"]),
            f"{100 * summary['search_accuracy']:.1f}",
            with_spread(summary["validation"]),
            with_spread(summary["test"]),
            "yes" if on_front else "no",
            export.folder.name,
        )
    return table


def with_spread(values: dict[str, float | None]) -> str:
    """A mean in percent with its standard deviation over seeds, if there are several."""
    mean, deviation = values["mean"], values["std"]
    return f"{100 * mean:.2f}" if deviation is None else f"{100 * mean:.2f} ± {100 * deviation:.2f}"


def _latency_columns(exported: ExportedNetwork) -> list[str]:
    of_first_format = [latency for latency in exported.latencies if latency.format == exported.latencies[0].format]
    return [f"ms, {latency.batch} on {latency.threads}" for latency in of_first_format]


def _table(first: str, *rest: str) -> Table:
    table = Table(title_justify="left")
    table.add_column(first, no_wrap=True)
    for column in rest:
        table.add_column(column, justify="right")
    return table

"""The Pareto front as a sequence of networks, a table and CSV."""

import html
from collections.abc import Sequence

from mlflow_runs.quantities import memory
from mlflow_runs.runs.child import csv_table
from search.quantities import with_unit
from search.results.network import TrainedNetwork


class Front(Sequence):
    """The non-dominated networks of a study, cheapest first.

    Args:
        networks: Cheapest first.
        knee: Number of the knee's trial.
    """

    def __init__(self, networks: Sequence[TrainedNetwork], *, knee: int | None) -> None:
        self._networks, self._knee = tuple(networks), knee

    def __len__(self) -> int:
        return len(self._networks)

    def __getitem__(self, index):
        return self._networks[index]

    def to_csv(self) -> str:
        """The front as CSV with a header."""
        rows = [network.to_dict() for network in self]
        return csv_table(rows) if rows else "trial,accuracy,flops\n"

    def __repr__(self) -> str:
        return "\n".join(
            f"{network.trial:4d}  {100 * network.accuracy:5.1f} %  {with_unit(network.cost.flops):>7s}FLOPs  "
            f"{network.words}{'  (knee)' if network.trial == self._knee else ''}"
            for network in self
        )

    def _repr_html_(self) -> str:
        columns = ("Trial", "Accuracy %", "FLOPs", "Parameters", "RAM", "Flash", "", "Network")
        head = "".join(f"<th>{column}</th>" for column in columns)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(map(self._row, self))}</tbody></table>"

    def _row(self, network: TrainedNetwork) -> str:
        cells = (
            str(network.trial),
            f"{100 * network.accuracy:.1f}",
            with_unit(network.cost.flops),
            with_unit(network.cost.parameters),
            memory(network.cost.ram_bytes),
            memory(network.cost.flash_bytes),
            "knee" if network.trial == self._knee else network.known,
            network.words,
        )
        return "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"

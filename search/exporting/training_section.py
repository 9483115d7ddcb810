"""The part of the report that tells the trainings."""

from collections.abc import Mapping, Sequence
from typing import Any

from search.exporting.exported_network import ExportedNetwork
from search.exporting.figures import curves_png
from search.exporting.html_parts import picture, table, text
from search.exporting.tables import with_spread
from search.quantities import counted

SMOOTHING_NOTE = (
    "<p class='note'>Training figures are measured on augmented images while the weights change. The training loss "
    "uses smoothed labels if the recipe does, and counts the difference from a teacher. Validation figures are "
    "measured on the original images and labels.</p>"
)


def training_html(
    export: ExportedNetwork, teacher: Mapping[str, Any] | None, candidates: Sequence[Mapping[str, Any]]
) -> str:
    """How the trainings of a network went, and what it learnt from.

    Args:
        export: The network.
        teacher: As `report.json` has it; None if there was none.
        candidates: As `report.json` has them; empty if nothing was chosen by short trainings.
    """
    figures = export.to_dict()
    rows = [
        [
            str(training["seed"]),
            f"{100 * training['validation_accuracy']:.2f}",
            f"{100 * training['test_accuracy']:.2f}",
        ]
        for training in figures["seeds"]
    ]
    if len(rows) > 1:
        rows.append(["mean", with_spread(figures["validation"]), with_spread(figures["test"])])
    return (
        _candidates(candidates, export.network.trial)
        + f"<p>{counted(figures['epochs'], 'epoch')}, {figures['seconds']:,.0f} s. The exported network is the one "
        f"with the best validation accuracy: seed {figures['seed']}.</p>"
        + _taught(export, teacher)
        + table(("Seed", "Validation %", "Test %"), rows)
        + picture(curves_png({f"seed {figures['seed']}": figures["history"]}), "Accuracy and loss by epoch")
        + SMOOTHING_NOTE
    )


def _taught(export: ExportedNetwork, teacher: Mapping[str, Any] | None) -> str:
    if teacher is None or export.trainings[export.best].training.distillation is None:
        return ""
    accuracy = teacher["validation_accuracy"]
    reached = f", {100 * accuracy:.2f} % on the validation images" if accuracy is not None else ""
    network = f" ({text(teacher['network'])}, {teacher['multiply_adds']:,} multiply-adds)" if teacher["network"] else ""
    return (
        f"<p>It learnt from <b>{text(teacher['teacher'])}</b>{network}{reached}, beside the labels: weight "
        f"{teacher['weight']:g}, temperature {teacher['temperature']:g}.</p>"
    )


def _candidates(candidates: Sequence[Mapping[str, Any]], chosen: int) -> str:
    if not candidates:
        return ""
    epochs = sorted({number for each in candidates for number in each["validation_accuracies"]})
    rows = [
        [
            str(each["trial"]),
            f"{100 * each['search_accuracy']:.2f}",
            *[_percent(each["validation_accuracies"].get(number)) for number in epochs],
        ]
        for each in candidates
    ]
    marked = [place for place, each in enumerate(candidates) if each["trial"] == chosen]
    columns = ("Trial", "Search %", *[f"After {counted(number, 'epoch')} %" for number in epochs])
    return (
        f"<p>This network was chosen among {counted(len(candidates), 'network')} by short trainings, on the validation "
        "images. The better half went on each time.</p>"
    ) + table(columns, rows, marked=marked)


def _percent(accuracy: float | None) -> str:
    return "" if accuracy is None else f"{100 * accuracy:.2f}"

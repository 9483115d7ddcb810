"""The report of an export: one HTML page that needs no other file."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial

from mlflow_runs.figures import front_png
from mlflow_runs.objectives import FLOPS, Objective
from mlflow_runs.quantities import memory
from search.devices.boards import ASSUMED_FREE
from search.exporting.exported_network import ExportedNetwork, search_and_validation_correlation, still_on_front
from search.exporting.figures import confusion_png, curves_png
from search.exporting.fitting_boards import fit_words
from search.exporting.html_parts import page, picture, section, table, text
from search.exporting.microcontroller import INT8_FORMATS
from search.exporting.microcontroller_section import INT8_INPUT, figures_html
from search.exporting.tables import with_spread
from search.exporting.training_section import SMOOTHING_NOTE, training_html
from search.quantities import counted, with_unit
from search.results.record import is_shown, trial_record
from spaces.cost import Cost
from spaces.network import Network, legend

MEMORY_NOTE = "RAM: bytes that an int8 interpreter needs for tensors. Flash: bytes of the int8 file."
BAR_WIDTH = 12  # em, of the most expensive layer


def network_page(
    export: ExportedNetwork,
    labels: np.ndarray,
    *,
    about: Mapping[str, Any],
    trials: Sequence[FrozenTrial],
    objective: Objective = FLOPS,
    beside: Sequence[Network] = (),
) -> str:
    """The page of one network.

    Args:
        export: The network.
        labels: Of the test split: array of shape (n,).
        about: What all networks of the export have in common, as `report.json` has it.
        trials: All of the study's.
        objective: What the study minimises beside the loss.
        beside: The networks of the export's other pages: bars of layers have one scale on all of them.
    """
    words = export.network.words
    explanation = legend([words], like=export.network.architecture.to_dict())
    known = f" ({export.network.known})" if export.network.known else ""
    title = f"Trial {export.network.trial}{known} of study {about['study']}"
    parts = [
        f'<p class="lead">{text(export.words())}</p>',
        f"<p>{text(words)}</p><p class='note'>{text(explanation)}</p>",
        section("The search", _search(about), _front(about, trials, objective, chosen=[export.network.trial])),
        section("The network, layer by layer", layers_table(export.network.architecture, beside=beside)),
        section("Training", training_html(export, about["teacher"], about["candidates"])),
        section(
            "Confusion matrix",
            f"<p>{len(labels):,} images of the test split, read once, after everything was chosen.</p>",
            picture(confusion_png(labels, export.predictions, about["classes"]), "Confusion matrix"),
        ),
        section("Files", _files(export)),
        section("On a microcontroller", figures_html(export.microcontroller)) if export.microcontroller else "",
        section("Boards", _boards(export)) if export.boards is not None else "",
        section("Latency", _latency(export)) if export.latencies else "",
        section("Pruning", _pruning(export)) if export.pruning else "",
        section("Commands and versions", _commands(about)),
    ]
    return page(title, parts)


def front_page(
    exports: Sequence[ExportedNetwork],
    *,
    about: Mapping[str, Any],
    trials: Sequence[FrozenTrial],
    objective: Objective = FLOPS,
) -> str:
    """The page of a whole front after its final trainings; arguments as in `network_page`."""
    on_front = still_on_front(exports, objective)
    costs, accuracies = ("FLOPs", "Parameters", "RAM", "Flash"), ("Search %", "Validation %", "Test %")
    columns = ("Network", *costs, *accuracies, "Still on the front")
    rows = [_front_row(export, still_on) for export, still_on in zip(exports, on_front, strict=True)]
    trainings = exports[0].trainings
    histories = {export.network.name: export.to_dict()["history"] for export in exports}
    numbers = [export.network.trial for export in exports]
    parts = [
        f'<p class="lead">{sum(on_front)} of {len(exports)} networks of the front are still on it after '
        f"{counted(trainings[0].training.total_epochs, 'epoch')} of training, {counted(len(trainings), 'seed')} each, "
        "by their mean accuracy on the validation images.</p>",
        table(columns, rows, raw_first=True) + _expectation(exports),
        section("The search", _search(about), _front(about, trials, objective, chosen=numbers)),
        section("Training", picture(curves_png(histories), "Accuracy and loss by epoch"), SMOOTHING_NOTE),
        section("Commands and versions", _commands(about)),
    ]
    return page(f"The front of study {about['study']}, trained to the end", parts)


def _expectation(exports: Sequence[ExportedNetwork]) -> str:
    correlation = search_and_validation_correlation(exports)
    if correlation is None:
        return ""
    return (
        "<p class='note'>Rank correlation (Spearman) of the validation accuracy in the search and after these "
        f"trainings: {correlation:.2f}. With 1 the search ranks networks as long trainings do.</p>"
    )


def _front_row(export: ExportedNetwork, still_on: bool) -> list[str]:
    summary = export.summary()
    return [
        f'<a href="{html.escape(export.folder.name)}/report.html">{text(export.network.name)}</a> '
        f"{text(export.network.known)}",
        with_unit(summary["flops"]),
        with_unit(summary["parameters"]),
        memory(summary["ram_bytes"]),
        memory(summary["flash_bytes"]),
        f"{100 * summary['search_accuracy']:.1f}",
        with_spread(summary["validation"]),
        with_spread(summary["test"]),
        "yes" if still_on else "no",
    ]


def _search(about: Mapping[str, Any]) -> str:
    settings = about["settings"]
    rungs = ", ".join(map(str, settings["rungs"]))
    flipped = "Images are mirrored at random" if about["recipe"]["flip"] else "Images are not mirrored"
    reason = f": {text(about['mirror_reason'])}" if about["mirror_reason"] else ""
    return (
        f"<p>Space <b>{text(settings['space'])}</b> on <b>{text(about['dataset'])}</b>: "
        f"{counted(about['trials'], 'trial')}, judged after {rungs} epochs with recipe "
        f"<b>{text(about['recipe']['name'])}</b>. {flipped}{reason}.</p>"
    )


def _front(
    about: Mapping[str, Any], trials: Sequence[FrozenTrial], objective: Objective, *, chosen: Sequence[int]
) -> str:
    members = about["front"]
    records = [trial_record(trial) for trial in trials if is_shown(trial)]
    ring = {"knee": chosen[0], "ringed": "This network"} if len(chosen) == 1 else {}
    front = [member["trial"] for member in members]
    png = front_png(records, objective=objective, front=front, title="The front of the search", **ring)
    timed = any(member["latency_ms"] is not None for member in members)
    columns = [
        *("Trial", "Accuracy %", "FLOPs", "Parameters", "RAM", "Flash"),
        *(["ms per image"] if timed else []),
        "Network",
    ]
    rows = [
        [
            str(member["trial"]),
            f"{100 * member['accuracy']:.1f}",
            with_unit(member["flops"]),
            with_unit(member["parameters"]),
            memory(member["ram_bytes"]),
            memory(member["flash_bytes"]),
            *(["-" if member["latency_ms"] is None else f"{member['latency_ms']:.3f}"] if timed else []),
            f"{member['known']}: {member['network']}" if member["known"] else member["network"],
        ]
        for member in members
    ]
    marked = [index for index, member in enumerate(members) if member["trial"] in chosen and len(chosen) == 1]
    note = f"<p class='note'>Accuracy on the validation images, as the search measured it. {MEMORY_NOTE}"
    if timed:
        note += " Latency: LiteRT with float32, one image, one thread, on this machine."
    correlation = about["rank_correlation_of_flops_and_latency"]
    if correlation is not None:
        note += f" Rank correlation (Spearman) of FLOPs and latency over the front: {correlation:.2f}."
    return picture(png, "Validation accuracy over cost") + table(columns, rows, marked=marked) + f"{note}</p>"


def layers_table(architecture: Network, *, beside: Sequence[Network] = ()) -> str:
    """Each layer with its cost, drawn as a bar.

    Args:
        architecture: The network.
        beside: Other networks that it is compared with: the longest bar is that of the largest layer of all.
    """
    cost = architecture.cost()
    most = max(layer.multiply_adds for network in (architecture, *beside) for layer in network.cost().layers) or 1
    rows = []
    for layer in cost.layers:
        bar = f'<span class="bar" style="width:{BAR_WIDTH * layer.multiply_adds / most:.2f}em"></span>'
        shape = " × ".join(map(str, layer.output_shape))
        cells = [layer.name, layer.kind, shape, f"{layer.parameters:,}", f"{layer.multiply_adds:,}"]
        rows.append("".join(f"<td>{text(cell)}</td>" for cell in cells) + f'<td class="text">{bar}</td>')
    total = f"<td>total</td><td></td><td></td><td>{cost.parameters:,}</td><td>{cost.multiply_adds:,}</td><td></td>"
    at_least = "At least " if cost.unknown else ""
    head = "".join(f"<th>{name}</th>" for name in ("Layer", "Kind", "Output", "Parameters", "Multiply-adds", ""))
    body = "".join(f"<tr>{row}</tr>" for row in [*rows, total])
    return (
        f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
        f"<p class='note'>{at_least}{cost.flops:,} FLOPs: two for each multiply-add, with BatchNorm folded into the "
        f"convolution. A bar of full width is {most:,} multiply-adds.{_memory(cost)}</p>"
    )


def _memory(cost: Cost) -> str:
    if cost.ram_bytes is None or cost.flash_bytes is None:
        return ""
    return f" With 8-bit integers the network needs {cost.ram_bytes:,} bytes of RAM and {cost.flash_bytes:,} of flash."


def _files(export: ExportedNetwork) -> str:
    rows = [
        [
            file.file,
            f"{file.bytes:,}",
            f"{file.compressed_bytes:,}",
            f"{file.largest_difference:.1e}",
            f"{100 * file.test_accuracy:.2f}",
        ]
        for file in export.files
    ]
    missing = "".join(
        f"<p><b>{text(name)}</b> could not be written: {text(problem)}.</p>"
        for name, problem in export.unwritable.items()
    )
    codes = "".join(f"<pre>{text(chr(10).join(file.code))}</pre>" for file in export.files)
    shape = ", ".join(map(str, export.network.architecture.input_shape))
    int8_files = " and ".join(file.file for file in export.files if file.format in INT8_FORMATS)
    int8 = f" With int8 instead: {text(int8_files)}, {INT8_INPUT}." if int8_files else ""
    return (
        table(("File", "Bytes", "Compressed", "Largest difference", "Test accuracy %"), rows)
        + "<p class='note'>Each file was loaded back by its own runtime. The largest difference is between a "
        "probability by the file and the same probability by the trained Keras network, over all test images. "
        f"Each file takes <code>images</code>: uint8, shape (n, {shape}), with values from 0 to 255.{int8}</p>"
        + missing
        + codes
    )


def _boards(export: ExportedNetwork) -> str:
    measured = export.microcontroller is not None and export.microcontroller.arena_bytes is not None
    return f"<p>{text(fit_words(export.boards, measured=measured))}</p><p class='note'>{text(ASSUMED_FREE)}</p>"


LATENCY_NOTE = (
    "<p class='note'>Runs after a warm-up, measured on the computer that made this report. A board's latency is "
    "another.</p>"
)


def _latency(export: ExportedNetwork) -> str:
    rows = [
        [
            latency.format,
            str(latency.batch),
            str(latency.threads),
            f"{latency.median_ms:.3f}",
            f"{latency.low_ms:.3f} to {latency.high_ms:.3f}",
            str(latency.runs),
        ]
        for latency in export.latencies
    ]
    columns = ("Format", "Images", "Threads", "Median ms", "10th to 90th percentile", "Runs")
    return table(columns, rows) + LATENCY_NOTE


def _pruning(export: ExportedNetwork) -> str:
    rows = [
        [file.file, f"{export.pruning.compressed_bytes_before[file.format]:,}", f"{file.compressed_bytes:,}"]
        for file in export.files
    ]
    return f"<p>{text(export.pruning.words())}</p>" + table(("File", "Compressed bytes before", "after"), rows)


def _commands(about: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return f"<pre>{text(chr(10).join(about['commands']))}</pre><p class='note'>{text(versions)}</p>"

"""The report of an export: a page that stands alone, to be sent to a colleague."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial

from mlflow_runs.figures import front_png
from mlflow_runs.objectives import FLOPS, Objective
from search.exporting.exported_network import ExportedNetwork, still_on_front
from search.exporting.figures import confusion_png, curves_png
from search.exporting.html_parts import page, picture, section, table, text
from search.exporting.tables import with_spread
from search.quantities import counted, with_unit
from search.results.record import is_shown, trial_record
from spaces.network import Network, legend

BAR_WIDTH = 12  # em, of the dearest layer


def of_network(
    exported: ExportedNetwork,
    labels: np.ndarray,
    *,
    about: Mapping[str, Any],
    trials: Sequence[FrozenTrial],
    objective: Objective = FLOPS,
) -> str:
    """The page of one network.

    Args:
        delivered: The network.
        labels: Of the test split, array of shape (n,).
        about: What `report.json` says of the export.
        trials: All of the study's.
        objective: What the study minimises beside the loss.
    """
    told = exported.to_dict()
    explained = legend([told["network"]], like=exported.chosen.architecture.to_dict())
    title = f"Trial {told['trial']} of study {about['study']}"
    parts = [
        f'<p class="lead">{text(exported.words())}</p>',
        f"<p>{text(told['network'])}</p><p class='note'>{text(explained)}</p>",
        section("What was searched", _searched(about), _front(about, trials, objective, chosen=[told["trial"]])),
        section("The network, layer by layer", layers_table(exported.chosen.architecture)),
        section("Training", _training(exported)),
        section(
            "What it takes for what",
            f"<p>{len(labels):,} images of the test split, opened once, after everything was chosen.</p>",
            picture(confusion_png(labels, exported.guesses, about["classes"]), "Confusion matrix"),
        ),
        section("Files", _files(exported)),
        section("Latency", _latency(exported)) if exported.latencies else "",
        section("Pruning", _pruning(exported)) if exported.pruned else "",
        section("How it was made", _commands(about)),
    ]
    return page(title, parts)


def of_front(
    exported: Sequence[ExportedNetwork],
    *,
    about: Mapping[str, Any],
    trials: Sequence[FrozenTrial],
    objective: Objective = FLOPS,
) -> str:
    """The page of a whole front, retrained."""
    rows = []
    for one, on_front in zip(exported, still_on_front(exported), strict=True):
        told = one.summary()
        link = f'<a href="{html.escape(one.folder.name)}/report.html">{text(one.chosen.name)}</a>'
        rows.append(
            [
                link,
                with_unit(told["flops"]),
                with_unit(told["parameters"]),
                f"{100 * told['search_accuracy']:.1f}",
                with_spread(told["validation"]),
                with_spread(told["test"]),
                "yes" if on_front else "no",
            ]
        )
    kept = sum(still_on_front(exported))
    columns = ("Network", "FLOPs", "Parameters", "Search %", "Validation %", "Test %", "Still on the front")
    parts = [
        f'<p class="lead">{kept} of {len(exported)} networks of the front are still on it after '
        f"{counted(exported[0].trained[0].training.total_epochs, 'epoch')} of training, "
        f"{counted(len(exported[0].trained), 'seed')} each, by their mean accuracy on the validation images.</p>",
        table(columns, rows, raw_first=True),
        section(
            "What was searched",
            _searched(about),
            _front(about, trials, objective, chosen=[one.chosen.trial for one in exported]),
        ),
        section(
            "Training",
            picture(curves_png({one.chosen.name: one.to_dict()["history"] for one in exported}), "Curves"),
            SMOOTHING_NOTE,
        ),
        section("How it was made", _commands(about)),
    ]
    return page(f"The front of study {about['study']}, trained to the end", parts)


SMOOTHING_NOTE = (
    "<p class='note'>Training figures are of augmented images while the weights moved, and the training loss is that "
    "of smoothed labels where the recipe smooths them; validation figures are of plain images and labels.</p>"
)


def _searched(about: Mapping[str, Any]) -> str:
    settings = about["settings"]
    rungs = ", ".join(map(str, settings["rungs"]))
    return (
        f"<p>Space <b>{text(settings['space'])}</b> on <b>{text(about['dataset'])}</b>: "
        f"{counted(about['trials'], 'trial')}, judged after {rungs} epochs with recipe "
        f"<b>{text(about['recipe']['name'])}</b>.</p>"
    )


def _front(
    about: Mapping[str, Any], trials: Sequence[FrozenTrial], objective: Objective, *, chosen: Sequence[int]
) -> str:
    members = about["front"]
    records = [trial_record(trial) for trial in trials if is_shown(trial)]
    ring = {"knee": chosen[0], "ringed": "This network"} if len(chosen) == 1 else {}
    front = [member["trial"] for member in members]
    drawn = front_png(records, objective=objective, front=front, title="The front of the search", **ring)
    timed = any(member["latency_ms"] is not None for member in members)
    columns = ["Trial", "Accuracy %", "FLOPs", "Parameters", *(["ms an image"] if timed else []), "Network"]
    rows = [
        [
            str(member["trial"]),
            f"{100 * member['accuracy']:.1f}",
            with_unit(member["flops"]),
            with_unit(member["parameters"]),
            *([f"{member['latency_ms']:.3f}"] if timed else []),
            member["network"],
        ]
        for member in members
    ]
    marked = [place for place, member in enumerate(members) if member["trial"] in chosen and len(chosen) == 1]
    note = "<p class='note'>Accuracy on the validation images, as the search measured it."
    if timed:
        note += " Latency: LiteRT float32, one image, one thread, this machine."
    correlation = about["rank_correlation_of_flops_and_latency"]
    if correlation is not None:
        note += f" Rank correlation (Spearman) of FLOPs and latency over the front: {correlation:.2f}."
    return picture(drawn, "Validation accuracy over FLOPs") + table(columns, rows, marked=marked) + f"{note}</p>"


def layers_table(architecture: Network) -> str:
    """Each layer with its cost, drawn as a bar."""
    cost = architecture.cost()
    dearest = max(layer.multiply_adds for layer in cost.layers) or 1
    rows = []
    for layer in cost.layers:
        bar = f'<span class="bar" style="width:{BAR_WIDTH * layer.multiply_adds / dearest:.2f}em"></span>'
        shape = " × ".join(map(str, layer.output_shape))
        cells = [layer.name, layer.kind, shape, f"{layer.parameters:,}", f"{layer.multiply_adds:,}"]
        rows.append("".join(f"<td>{text(cell)}</td>" for cell in cells) + f'<td class="text">{bar}</td>')
    total = f"<td>total</td><td></td><td></td><td>{cost.parameters:,}</td><td>{cost.multiply_adds:,}</td><td></td>"
    head = "".join(f"<th>{name}</th>" for name in ("Layer", "Kind", "Output", "Parameters", "Multiply-adds", ""))
    body = "".join(f"<tr>{row}</tr>" for row in [*rows, total])
    return (
        f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
        f"<p class='note'>{cost.flops:,} FLOPs are two for each multiply-add, BatchNorm folded. At most "
        f"{cost.peak_activation_bytes:,} bytes of feature maps at a time in float32.</p>"
    )


def _training(exported: ExportedNetwork) -> str:
    told = exported.to_dict()
    rows = [
        [str(one["seed"]), f"{100 * one['validation_accuracy']:.2f}", f"{100 * one['test_accuracy']:.2f}"]
        for one in told["seeds"]
    ]
    if len(rows) > 1:
        rows.append(["mean", with_spread(told["validation"]), with_spread(told["test"])])
    return (
        f"<p>{counted(told['epochs'], 'epoch')}, {told['seconds']:,.0f} s. The network with the best validation "
        f"accuracy, seed {told['seed']}, is the one delivered.</p>"
        + table(("Seed", "Validation %", "Test %"), rows)
        + picture(curves_png({f"seed {told['seed']}": told["history"]}), "Accuracy and loss by epoch")
        + SMOOTHING_NOTE
    )


def _files(exported: ExportedNetwork) -> str:
    rows = [
        [
            file.file,
            f"{file.bytes:,}",
            f"{file.compressed_bytes:,}",
            f"{file.largest_difference:.1e}",
            f"{100 * file.test_accuracy:.2f}",
        ]
        for file in exported.files
    ]
    codes = "".join(f"<pre>{text(chr(10).join(file.code))}</pre>" for file in exported.files)
    return (
        table(("File", "Bytes", "Compressed", "Largest difference", "Test accuracy %"), rows)
        + "<p class='note'>Each file was loaded back by its own runtime; the largest difference is that of any "
        "probability of any test image from the trained Keras network's. Each takes <code>images</code>: uint8, shape "
        f"(n, {', '.join(map(str, exported.chosen.architecture.input_shape))}), as a camera gives them.</p>" + codes
    )


def _latency(exported: ExportedNetwork) -> str:
    rows = [
        [
            latency.format,
            str(latency.batch),
            str(latency.threads),
            f"{latency.median_ms:.3f}",
            f"{latency.low_ms:.3f} to {latency.high_ms:.3f}",
            str(latency.runs),
        ]
        for latency in exported.latencies
    ]
    columns = ("Format", "Images", "Threads", "Median ms", "10th to 90th percentile", "Runs")
    return table(columns, rows) + "<p class='note'>Warm runs on the machine that made this report.</p>"


def _pruning(exported: ExportedNetwork) -> str:
    pruned = exported.pruned
    rows = [
        [file.file, f"{pruned.compressed_bytes_before[file.format]:,}", f"{file.compressed_bytes:,}"]
        for file in exported.files
    ]
    return f"<p>{text(pruned.words())}</p>" + table(("File", "Compressed bytes before", "after"), rows)


def _commands(about: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return f"<pre>{text(chr(10).join(about['commands']))}</pre><p class='note'>{text(versions)}</p>"

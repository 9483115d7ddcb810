"""The report of an export: a page that stands alone, to be sent to a colleague."""

import base64
import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from optuna.trial import FrozenTrial

from mlflow_runs.figures import front_png
from search.delivery.delivered import Delivered, still_on_front
from search.delivery.figures import confusion_png, curves_png
from search.delivery.tables import with_spread
from search.flags import counted, with_unit
from search.study_record import is_shown, trial_record
from spaces.architecture import WORDS_LEGEND, Architecture

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-top: 2.5rem; border-bottom: 1px solid #ddd; padding-bottom: .2rem; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .25rem .7rem; border-bottom: 1px solid #eee; white-space: nowrap; }
th:first-child, td:first-child, td.text, th.text { text-align: left; }
td.text { white-space: normal; }
tr.chosen td { background: #fff3e8; font-weight: 600; }
.wide { overflow-x: auto; }
.bar { display: inline-block; height: .8em; background: #0072B2; vertical-align: baseline; }
.lead { font-size: 1.1rem; }
.note { color: #555; font-size: .9rem; }
img { max-width: 100%; height: auto; }
pre { background: #f6f6f6; padding: .7rem 1rem; overflow-x: auto; font-size: .85rem; }
"""

BAR_WIDTH = 12  # em, of the dearest layer


def of_network(
    delivered: Delivered, labels: np.ndarray, *, about: Mapping[str, Any], trials: Sequence[FrozenTrial]
) -> str:
    """The page of one network.

    Args:
        delivered: The network.
        labels: Of the test split, array of shape (n,).
        about: What `report.json` says of the export.
        trials: All of the study's.
    """
    told = delivered.to_dict()
    title = f"Trial {told['trial']} of study {about['study']}"
    parts = [
        f'<p class="lead">{_text(delivered.words())}</p>',
        f"<p>{_text(told['network'])}</p><p class='note'>{_text(WORDS_LEGEND)}</p>",
        _section("What was searched", _searched(about), _front(about, trials, chosen=[told["trial"]])),
        _section("The network, layer by layer", _layers(delivered.chosen.architecture)),
        _section("Training", _training(delivered)),
        _section(
            "What it takes for what",
            f"<p>{len(labels):,} images of the test split, opened once, after everything was chosen.</p>",
            _picture(confusion_png(labels, delivered.guesses, about["classes"]), "Confusion matrix"),
        ),
        _section("Files", _files(delivered)),
        _section("Latency", _latency(delivered)) if delivered.latencies else "",
        _section("Pruning", _pruning(delivered)) if delivered.pruned else "",
        _section("How it was made", _commands(about)),
    ]
    return _page(title, parts)


def of_front(delivered: Sequence[Delivered], *, about: Mapping[str, Any], trials: Sequence[FrozenTrial]) -> str:
    """The page of a whole front, retrained."""
    rows = []
    for one, on_front in zip(delivered, still_on_front(delivered), strict=True):
        told = one.summary()
        link = f'<a href="{html.escape(one.folder.name)}/report.html">{_text(one.chosen.name)}</a>'
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
    kept = sum(still_on_front(delivered))
    columns = ("Network", "FLOPs", "Parameters", "Search %", "Validation %", "Test %", "Still on the front")
    parts = [
        f'<p class="lead">{kept} of {len(delivered)} networks of the front are still on it after '
        f"{counted(delivered[0].trained[0].training.total_epochs, 'epoch')} of training, "
        f"{counted(len(delivered[0].trained), 'seed')} each, by their mean accuracy on the validation images.</p>",
        _table(columns, rows, raw_first=True),
        _section(
            "What was searched", _searched(about), _front(about, trials, chosen=[one.chosen.trial for one in delivered])
        ),
        _section(
            "Training",
            _picture(curves_png({one.chosen.name: one.to_dict()["history"] for one in delivered}), "Curves"),
            SMOOTHING_NOTE,
        ),
        _section("How it was made", _commands(about)),
    ]
    return _page(f"The front of study {about['study']}, trained to the end", parts)


SMOOTHING_NOTE = (
    "<p class='note'>Training figures are of augmented images while the weights moved, and the training loss is that "
    "of smoothed labels where the recipe smooths them; validation figures are of plain images and labels.</p>"
)


def _searched(about: Mapping[str, Any]) -> str:
    settings = about["settings"]
    rungs = ", ".join(map(str, settings["rungs"]))
    return (
        f"<p>Space <b>{_text(settings['space'])}</b> on <b>{_text(about['dataset'])}</b>: "
        f"{counted(about['trials'], 'trial')}, judged after {rungs} epochs with recipe "
        f"<b>{_text(about['recipe']['name'])}</b>.</p>"
    )


def _front(about: Mapping[str, Any], trials: Sequence[FrozenTrial], *, chosen: Sequence[int]) -> str:
    members = about["front"]
    records = [trial_record(trial) for trial in trials if is_shown(trial)]
    ring = {"knee": chosen[0], "ringed": "This network"} if len(chosen) == 1 else {}
    picture = front_png(records, front=[member["trial"] for member in members], title="The front of the search", **ring)
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
    return _picture(picture, "Validation accuracy over FLOPs") + _table(columns, rows, marked=marked) + f"{note}</p>"


def _layers(architecture: Architecture) -> str:
    cost = architecture.cost()
    dearest = max(layer.multiply_adds for layer in cost.layers) or 1
    rows = []
    for layer in cost.layers:
        bar = f'<span class="bar" style="width:{BAR_WIDTH * layer.multiply_adds / dearest:.2f}em"></span>'
        shape = " × ".join(map(str, layer.output_shape))
        cells = [layer.name, layer.kind, shape, f"{layer.parameters:,}", f"{layer.multiply_adds:,}"]
        rows.append("".join(f"<td>{_text(cell)}</td>" for cell in cells) + f'<td class="text">{bar}</td>')
    total = f"<td>total</td><td></td><td></td><td>{cost.parameters:,}</td><td>{cost.multiply_adds:,}</td><td></td>"
    head = "".join(f"<th>{name}</th>" for name in ("Layer", "Kind", "Output", "Parameters", "Multiply-adds", ""))
    body = "".join(f"<tr>{row}</tr>" for row in [*rows, total])
    return (
        f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'
        f"<p class='note'>{cost.flops:,} FLOPs are two for each multiply-add, BatchNorm folded. At most "
        f"{cost.peak_activation_bytes:,} bytes of feature maps at a time in float32.</p>"
    )


def _training(delivered: Delivered) -> str:
    told = delivered.to_dict()
    rows = [
        [str(one["seed"]), f"{100 * one['validation_accuracy']:.2f}", f"{100 * one['test_accuracy']:.2f}"]
        for one in told["seeds"]
    ]
    if len(rows) > 1:
        rows.append(["mean", with_spread(told["validation"]), with_spread(told["test"])])
    return (
        f"<p>{counted(told['epochs'], 'epoch')}, {told['seconds']:,.0f} s. The network with the best validation "
        f"accuracy, seed {told['seed']}, is the one delivered.</p>"
        + _table(("Seed", "Validation %", "Test %"), rows)
        + _picture(curves_png({f"seed {told['seed']}": told["history"]}), "Accuracy and loss by epoch")
        + SMOOTHING_NOTE
    )


def _files(delivered: Delivered) -> str:
    rows = [
        [
            file.file,
            f"{file.bytes:,}",
            f"{file.compressed_bytes:,}",
            f"{file.largest_difference:.1e}",
            f"{100 * file.test_accuracy:.2f}",
        ]
        for file in delivered.files
    ]
    codes = "".join(f"<pre>{_text(chr(10).join(file.code))}</pre>" for file in delivered.files)
    return (
        _table(("File", "Bytes", "Compressed", "Largest difference", "Test accuracy %"), rows)
        + "<p class='note'>Each file was loaded back by its own runtime; the largest difference is that of any "
        "probability of any test image from the trained Keras network's. Each takes <code>images</code>: uint8, shape "
        f"(n, {', '.join(map(str, delivered.chosen.architecture.input_shape))}), as a camera gives them.</p>" + codes
    )


def _latency(delivered: Delivered) -> str:
    rows = [
        [
            latency.format,
            str(latency.batch),
            str(latency.threads),
            f"{latency.median_ms:.3f}",
            f"{latency.low_ms:.3f} to {latency.high_ms:.3f}",
            str(latency.runs),
        ]
        for latency in delivered.latencies
    ]
    columns = ("Format", "Images", "Threads", "Median ms", "10th to 90th percentile", "Runs")
    return _table(columns, rows) + "<p class='note'>Warm runs on the machine that made this report.</p>"


def _pruning(delivered: Delivered) -> str:
    pruned = delivered.pruned
    rows = [
        [file.file, f"{pruned.compressed_bytes_before[file.format]:,}", f"{file.compressed_bytes:,}"]
        for file in delivered.files
    ]
    return f"<p>{_text(pruned.words())}</p>" + _table(("File", "Compressed bytes before", "after"), rows)


def _commands(about: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
    return f"<pre>{_text(about['command'])}</pre><p class='note'>{_text(versions)}</p>"


def _section(title: str, *parts: str) -> str:
    return f"<h2>{title}</h2>{''.join(parts)}"


def _picture(png: bytes, description: str) -> str:
    return f'<p><img alt="{description}" src="data:image/png;base64,{base64.b64encode(png).decode()}"></p>'


def _table(
    columns: Iterable[str], rows: Iterable[Sequence[str]], *, marked: Sequence[int] = (), raw_first: bool = False
) -> str:
    head = "".join(f"<th{_left(name)}>{_text(name)}</th>" for name in columns)
    body = []
    for place, row in enumerate(rows):
        cells = [
            f"<td{_left(name)}>{cell if raw_first and not index else _text(cell)}</td>"
            for index, (name, cell) in enumerate(zip(columns, row, strict=True))
        ]
        body.append(f"<tr{' class=chosen' if place in marked else ''}>{''.join(cells)}</tr>")
    return f'<div class="wide"><table><tr>{head}</tr>{"".join(body)}</table></div>'


def _left(column: str) -> str:
    return ' class="text"' if column == "Network" else ""


def _text(value: str) -> str:
    return html.escape(value)


def _page(title: str, parts: Sequence[str]) -> str:
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{_text(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>\n'
        f"<body><h1>{_text(title)}</h1>\n{chr(10).join(parts)}\n</body></html>\n"
    )

"""The report of a comparison: one HTML page that needs no other file."""

from collections.abc import Mapping, Sequence
from typing import Any

from search.comparison import tables
from search.comparison.evaluated_network import EvaluatedNetwork
from search.comparison.rules import NOT_TESTED, Rule
from search.exporting.html_parts import page, picture, section, table, text
from search.exporting.page import SMOOTHING_NOTE, layers_table


def comparison_page(
    title: str,
    networks: Sequence[EvaluatedNetwork],
    rows: Sequence[Mapping[str, Any]],
    *,
    curves: Mapping[str, bytes],
    rules: Sequence[Rule] | None,
    importance: bytes | None,
    command: str,
    versions: Mapping[str, str],
) -> str:
    """The page.

    Args:
        title: Of the page.
        networks: The networks.
        rows: Their figures, from `EvaluatedNetwork.row`.
        curves: Training curves as PNG, by recipe.
        rules: Tested on a study's trials; empty if the study tests none, None without a study.
        importance: Importance of the choices as PNG; None without a study.
        command: The command that made the page.
        versions: By package.
    """
    baseline = text(rows[0]["network"])
    parts = [
        table(tables.COLUMNS, [tables.cells(row) for row in rows]),
        f"<p class='note'>Fewer: parameters, compared to {baseline} with the same recipe. MACs: multiply-adds. "
        "Difference: percentage points of test accuracy, compared to the same network. ± is the standard deviation "
        "over seeds. The test split was read once, after all trainings. Training seconds were measured while several "
        "processes trained. ms: LiteRT with float32, one image, one thread, on this machine.</p>",
        *[
            section(f"Recipe {text(recipe)}", picture(png, "Accuracy and loss by epoch"))
            for recipe, png in curves.items()
        ],
        SMOOTHING_NOTE,
    ]
    if rules is not None:
        parts.append(section("Rules of thumb", _rules(rules) if rules else f"<p>{text(NOT_TESTED)}</p>"))
    if importance:
        parts.append(section("Importance of the choices", picture(importance, "Importance of each choice")))
    architectures = {network.network.name: network.network.architecture for network in networks}
    parts.append(
        section(
            "Layer by layer",
            *[f"<h3>{text(name)}</h3>{layers_table(architecture)}" for name, architecture in architectures.items()],
        )
    )
    packages = ", ".join(f"{name} {version}" for name, version in versions.items())
    parts.append(section("Command and versions", f"<pre>{text(command)}</pre><p class='note'>{text(packages)}</p>"))
    return page(title, parts)


def _rules(rules: Sequence[Rule]) -> str:
    first = rules[0]
    return (
        f"<p>From {first.trials} networks of the study after {first.epochs} epochs: percentage points of accuracy at "
        "equal multiply-adds, with depth, widths, residual connections and head held equal as well.</p>"
        + table(tables.RULE_COLUMNS, [tables.rule_cells(rule) for rule in rules])
        + "<p class='note'>A bias before BatchNorm has no effect, since BatchNorm removes it. The effect it seems to "
        "have here is due to the sampler, which does not propose networks at random. So another effect counts only if "
        "its whole interval is larger than this one. A study made with --sampler random gives clearer answers.</p>"
    )

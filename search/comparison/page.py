"""The comparison as a page that stands alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from search.comparison import outputs
from search.comparison.measured import Measured
from search.comparison.rules import NOT_SPOKEN_OF, Rule
from search.exporting.html_parts import page, picture, section, table, text
from search.exporting.page import SMOOTHING_NOTE, layers_table


def comparison_page(
    title: str,
    found: Sequence[Measured],
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
        found: The networks.
        rows: Their figures, `Measured.row`.
        curves: PNG by recipe.
        rules: What a study says of rules of thumb; empty where it says nothing, None without a study.
        importance: PNG; None without a study.
        command: That made it.
        versions: By package.
    """
    baseline = text(rows[0]["network"])
    parts = [
        table(outputs.COLUMNS, [outputs.cells(row) for row in rows]),
        f"<p class='note'>Fewer parameters, and difference in points of test accuracy: beside {baseline} under the "
        "same recipe. MACs: multiply-adds. Test split opened once, after all trainings; ± is the standard deviation "
        "over seeds. Training seconds are of one process among several. ms: LiteRT float32, one image, one thread, "
        "this machine.</p>",
        *[
            section(f"Recipe {text(recipe)}", picture(png, "Accuracy and loss by epoch"))
            for recipe, png in curves.items()
        ],
        SMOOTHING_NOTE,
    ]
    if rules is not None:
        parts.append(section("Rules of thumb", _rules(rules) if rules else f"<p>{text(NOT_SPOKEN_OF)}</p>"))
    if importance:
        parts.append(section("Which choices matter", picture(importance, "Importance of each choice")))
    networks = {one.network.name: one.network.architecture for one in found}
    parts.append(
        section(
            "Layer by layer",
            *[f"<h3>{text(name)}</h3>{layers_table(architecture)}" for name, architecture in networks.items()],
        )
    )
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    parts.append(section("How it was made", f"<pre>{text(command)}</pre><p class='note'>{text(told)}</p>"))
    return page(title, parts)


def _rules(rules: Sequence[Rule]) -> str:
    first = rules[0]
    return (
        f"<p>From {first.trials} networks of the study after {first.epochs} epochs: points of accuracy at equal "
        "multiply-adds, with depth, widths, residual connections and head equal too.</p>"
        + table(outputs.RULE_COLUMNS, [outputs.rule_cells(rule) for rule in rules])
        + "<p class='note'>A bias before BatchNorm has no effect at all, since BatchNorm takes it away: what it seems "
        "to have here comes from the sampler, which does not try networks at random. So other effects count only where "
        "their whole interval is beyond it. A study made with --sampler random speaks more plainly.</p>"
    )

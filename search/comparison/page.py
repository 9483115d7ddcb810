"""The report of a comparison: one HTML page that needs no other file."""

from collections.abc import Mapping, Sequence
from typing import Any

from search.comparison import tables
from search.comparison.alignment import align
from search.comparison.drawing import two_drawings
from search.comparison.networks import NamedNetwork
from search.comparison.rules import NOT_TESTED, Rule
from search.comparison.savings import Saving, example, savings
from search.comparison.side_by_side import side_by_side
from search.comparison.steps import steps_of
from search.exporting.html_parts import page, picture, section, table, text
from search.exporting.page import SMOOTHING_NOTE


def comparison_page(
    title: str,
    networks: Sequence[NamedNetwork],
    rows: Sequence[Mapping[str, Any]],
    *,
    headline: Sequence[str],
    pictures: Mapping[str, Mapping[str, bytes]],
    rules: Sequence[Rule] | None,
    importance: bytes | None,
    command: str,
    versions: Mapping[str, str],
) -> str:
    """The page.

    Args:
        title: Of the page.
        networks: All, also those that could not be trained.
        rows: The figures of those that were trained, from `EvaluatedNetwork.row`.
        headline: Sentences that say the result.
        pictures: As PNG, by recipe and by what they show.
        rules: Tested on a study's trials; empty if the study tests none, None without a study.
        importance: Importance of the choices as PNG; None without a study.
        command: The command that made the page.
        versions: By package.
    """
    aligned = align([steps_of(network.architecture.cost()) for network in networks])
    every_saving = savings([network.name for network in networks], aligned)
    parts = [
        *(f'<p class="lead">{text(sentence)}</p>' for sentence in headline),
        table(tables.COLUMNS, [tables.cells(row) for row in rows]),
        "<p class='note'>MACs: multiply-adds for one image. Fewer, more and the difference, in percentage points of "
        f"test accuracy: compared to {text(rows[0]['network'])} with the same recipe. ± is the standard deviation "
        "over seeds. The test split was read once, after all trainings. Training seconds were measured while several "
        "processes trained. ms: LiteRT with float32, one image, one thread, on this machine.</p>",
        *[
            section(f"Recipe {text(recipe)}", *(picture(png, what) for what, png in by_subject.items()))
            for recipe, by_subject in pictures.items()
        ],
        SMOOTHING_NOTE,
        section("What a separable convolution saves", *_savings(every_saving)) if every_saving else "",
        section("Layer by layer", side_by_side(networks, aligned)),
    ]
    if rules is not None:
        parts.append(section("Rules of thumb", _rules(rules) if rules else f"<p>{text(NOT_TESTED)}</p>"))
    if importance:
        parts.append(section("Importance of the choices", picture(importance, "Importance of each choice")))
    packages = ", ".join(f"{name} {version}" for name, version in versions.items())
    parts.append(section("Command and versions", f"<pre>{text(command)}</pre><p class='note'>{text(packages)}</p>"))
    return page(title, parts)


def _savings(every_saving: Sequence[Saving]) -> list[str]:
    shown = example(every_saving)
    other = (
        f"as in {shown.standard_network}" if shown.standard_network else "of the same shape, which no network here has"
    )
    return [
        f"<p>Layer {text(shown.separable.name)} of {text(shown.network)}, beside a standard convolution {text(other)}. "
        "Squares are channels. A line goes from a channel to one that is computed from it. Filled are the pixels that "
        "one output value reads.</p>",
        f'<div class="drawings">{"".join(two_drawings(shown))}</div>',
        "<p>A separable convolution has M (1/C<sub>out</sub> + 1/K²) of the multiply-adds of a standard one. "
        "C<sub>out</sub> are its output channels, K is the side of its window, M its depth multiplier. The input "
        "channels and the size of the maps do not matter: both convolutions have them as a factor.</p>",
        table(tables.SAVING_COLUMNS, map(tables.saving_cells, every_saving)),
        "<p class='note'>Standard: multiply-adds of the standard convolution in the network of the last column, or of "
        "one of the same shape. Counted: multiply-adds of the separable convolution, divided by those.</p>",
    ]


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

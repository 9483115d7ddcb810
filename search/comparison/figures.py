"""The importance of each choice as a picture."""

from collections.abc import Mapping

from mlflow_runs.figures import drawable
from mlflow_runs.safe_text import one_line
from search.exporting.figures import COLORS, new_figure, png

MOST_CHOICES = 15


def importance_png(importances: Mapping[str, tuple[float, float]]) -> bytes:
    """The most important choices as bars, as PNG.

    Args:
        importances: Importance for accuracy and for FLOPs by the name of the choice, the largest first.
    """
    choices = list(importances.items())[:MOST_CHOICES][::-1]
    figure, axes = new_figure(9, 0.8 + 0.42 * len(choices))
    for offset, objective, name in ((0.2, 0, "accuracy"), (-0.2, 1, "FLOPs")):
        heights = [row + offset for row in range(len(choices))]
        values = [importance[objective] for _, importance in choices]
        axes.barh(heights, values, height=0.38, color=COLORS[objective], label=name)
    axes.set_yticks(range(len(choices)), [drawable(one_line(choice)) for choice, _ in choices], parse_math=False)
    axes.set_xlabel("Importance (PED-ANOVA; each colour sums to 1 over all choices)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right")
    return png(figure)

"""Which choices matter, as a picture."""

from collections.abc import Mapping

from search.exporting.figures import COLORS, new_figure, png

DISPLAY_SETTINGS = 15


def importance_png(importances: Mapping[str, tuple[float, float]]) -> bytes:
    """The most important choices as bars, for accuracy and for FLOPs.

    Args:
        importances: Choice to its importance for accuracy and for FLOPs, the largest first.
    """
    shown = list(importances.items())[:DISPLAY_SETTINGS][::-1]
    figure, axes = new_figure(9, 0.8 + 0.42 * len(shown))
    for offset, objective, name in ((0.2, 0, "accuracy"), (-0.2, 1, "FLOPs")):
        places = [place + offset for place in range(len(shown))]
        axes.barh(places, [values[objective] for _, values in shown], height=0.38, color=COLORS[objective], label=name)
    axes.set_yticks(range(len(shown)), [choice for choice, _ in shown])
    axes.set_xlabel("Importance (PED-ANOVA; each colour sums to 1 over all choices)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(loc="lower right")
    return png(figure)

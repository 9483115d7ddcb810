"""The notebook on standard and separable convolutions: what is stored in it is what it computes, from end to end."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from tests.search import notebooks


def printed(cell):
    return "\n".join(notebooks.texts(cell))


def test_what_is_stored_is_what_is_computed(tmp_path):
    stored = notebooks.exact_cells(notebooks.read(notebooks.LESSON))
    computed = notebooks.run_exact_cells(notebooks.LESSON, tmp_path).cells
    assert len(stored) >= 7
    for one, other in zip(stored, computed, strict=True):
        assert notebooks.texts(one) == notebooks.texts(other), "python -m tests.search.notebooks computes it again"
    assert list(tmp_path.iterdir()) == []


def test_what_is_stored_holds_the_lesson_and_no_measurement():
    notebook = notebooks.read(notebooks.LESSON)
    exact = notebooks.exact_cells(notebook)
    assert all(not cell.outputs for cell in notebooks.code_cells(notebook) if cell not in exact)
    networks, _, layers, headline, formula, widths, families = map(printed, exact)
    assert "10,585,344 multiply-adds, 357,706 parameters" in networks
    [svg] = [output.data["image/svg+xml"] for output in exact[1].outputs]
    assert "18,496 parameters" in "".join(ElementTree.fromstring(svg).itertext())
    assert re.search(r"Conv2D 3×3, 32 → 64 +Separable 3×3, 32 → 64 +18496", layers)
    assert "6.8 times fewer multiply-adds" in headline
    assert float(formula.split("formula: ")[1].split()[0]) < 1e-12
    for width in (8, 64, 256):
        assert re.search(
            rf"^{width} +{1 / (1 / width + 1 / 9):.2f} +{1 / (1 / width + 1 / 25):.2f} ", widths, re.MULTILINE
        )
    assert re.search(r"^MobileNetV1 +9 +8 ", families, re.MULTILINE)


@pytest.mark.long
@pytest.mark.timeout(1200)  # Three minutes on two idle cores.
def test_the_whole_notebook_runs_and_its_verdicts_follow_from_its_figures(tmp_path):
    from scipy.stats import ttest_ind_from_stats

    notebook = notebooks.read(notebooks.LESSON)
    notebooks.execute(notebook, tmp_path)
    cells = notebooks.code_cells(notebook)
    everything = "\n".join(printed(cell) for cell in cells)
    assert not re.search("Warning|Saved artifact|absl", everything)
    data = json.loads((tmp_path / "compared" / "comparison.json").read_text())
    rows = {row["network"]: row for row in data["networks"]}
    assert list(rows) == ["StandardCNN", "SeparableCNN", "StandardFirst", "Multiplier2"]
    verdicts = printed(cells[-1])
    for one, other, rule, better, worse in (
        ("StandardFirst", "SeparableCNN", "4. standard first layer", "confirmed", "refuted"),
        ("Multiplier2", "SeparableCNN", "5. multiplier 1 is enough", "refuted", "confirmed"),
    ):
        figures = [rows[name][key] for name in (one, other) for key in ("test_accuracy", "test_accuracy_std", "seeds")]
        chance = ttest_ind_from_stats(*figures).pvalue
        difference = figures[0] - figures[3]
        assert f"{one} - {other}: {difference:+.1f} points" in everything
        verdict = "undecided" if chance > 0.05 else better if difference > 0 else worse
        assert re.search(rf"^{rule} +{verdict} ", verdicts, re.MULTILINE)
    for rule in ("1. 1/C_out", "3. no bias", "6. families"):
        assert re.search(rf"^{re.escape(rule)}.* confirmed ", verdicts, re.MULTILINE)

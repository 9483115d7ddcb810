"""Names of known networks in a front: all there, and none over another or over a point."""

import io
import itertools
import random

import pytest

from mlflow_runs.figures.front_png import front_figure

NAMES = ["StandardCNN", "SeparableCNN", "HybridCNN", "HybridCNN-L", "HybridCNN-M", "HybridCNN-S", "HybridCNN-XS"]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("seed", range(6))
def test_each_known_network_has_its_name_where_there_is_room(study, trial, seed):
    rng = random.Random(seed)
    known = dict(zip(rng.sample(range(40), 7), NAMES, strict=True))
    trials = [
        trial(n, rng=rng, state=rng.choice(["COMPLETE", "PRUNED", "PRUNED"]), known=known.get(n, "")) for n in range(40)
    ]
    made = study(trials)
    figure = front_figure(made.trials, front=made.front, knee=made.knee, title="")
    figure.savefig(io.BytesIO(), format="png")
    axes = figure.axes[0]
    texts = {text.get_text(): text for text in axes.texts}
    assert sorted(texts) == sorted(NAMES)
    boxes = [super(type(text), text).get_window_extent() for text in texts.values()]  # without the leading line
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    frame = axes.get_window_extent()
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1 for box in boxes)
    drawn = [t for t in trials if t.accuracy is not None or t.is_stopped]
    points = [(t.cost, 100 * (t.accuracy if t.accuracy is not None else t.rungs[t.rung])) for t in drawn]
    assert not any(box.contains(x, y) for x, y in axes.transData.transform(points) for box in boxes)


def test_stopped_networks_are_hollow_marks_at_their_rungs(study, trial):
    trials = [trial(0), trial(1), trial(2, state="PRUNED", rungs={1: 0.1, 3: 0.25}), trial(3, state="PRUNED", rungs={})]
    made = study([*trials, trial(4, state="FAIL"), trial(5, state="RUNNING")])
    axes = front_figure(made.trials, front=made.front, title="").axes[0]
    [hollow] = [marks for marks in axes.collections if marks.get_label().startswith("Stopped at a rung")]
    assert hollow.get_offsets().tolist() == [[trials[2].cost, 25.0]]
    assert not hollow.get_facecolors().size and hollow.get_edgecolors().size


def test_names_are_text_whatever_they_are(study, trial):
    made = study([trial(0, known="$x^2$"), trial(1, known="_hidden"), trial(2, known="x" * 500)])
    texts = {text.get_text() for text in front_figure(made.trials, front=made.front, title="").axes[0].texts}
    assert {"$x^2$", "_hidden"} <= texts and max(map(len, texts)) <= 24

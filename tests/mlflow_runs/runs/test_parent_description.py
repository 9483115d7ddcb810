"""The description: a line of result, the picture, the table."""

from mlflow_runs.names import TAG_LENGTH
from mlflow_runs.quantities import amount, percent
from mlflow_runs.runs.importance import ChoiceImportance
from mlflow_runs.runs.parent_description import describe


def described(study, *, picture=True, importances=()):
    runs = {trial.number: f"run{trial.number}" for trial in study.trials}
    return describe(study, parent="parent1", experiment="7", runs=runs, picture=picture, importances=importances)


def test_result_then_picture_then_table(study, trial):
    made = study([trial(n) for n in range(12)], state="FINISHED")
    lines = described(made).split("\n")
    cheapest, best = (made.trials[made.front[place]] for place in (0, -1))
    assert f"Best **{percent(best.accuracy)}** at {amount(best.flops)}FLOPs" in lines[0]
    assert f"cheapest **{percent(cheapest.accuracy)}**" in lines[0]
    assert "knee **" in lines[0]
    assert lines[2].startswith("![") and "get-artifact?path=front%2Ffront.png&run_uuid=parent1" in lines[2]
    assert lines[4] == f"12 trials: 12 complete. Hypervolume {made.progress[-1].hypervolume:.4f}."
    rows = [line for line in lines if line.startswith("| [")]
    assert [f"[{n}](#/experiments/7/runs/run{n}" in row for n, row in zip(reversed(made.front), rows, strict=True)]


def test_what_matters_is_named_in_full(study, trial):
    importances = [
        ChoiceImportance("stage1_layer1_filters", 0.514, 0.6, 38),
        ChoiceImportance("<b>", None, 0.2, 38, ("kind", "bias")),
    ]
    line = described(study([trial(0)]), importances=importances).split("\n")[6]
    assert line.startswith("Choices that matter most, from 38 finished trials (")
    assert line.endswith(
        "): stage1\\_layer1\\_filters (51% of accuracy and 60% of cost), "
        "&lt;b&gt; with kind and bias, which changed together (20% of cost)."
    )


def test_too_few_trials_say_so(study, trial):
    assert "4 finished trials can't tell which choices matter" in described(study([trial(n) for n in range(4)]))


def test_known_networks_are_named_wherever_they_ended(study, trial):
    trials = [
        trial(0, known="StandardCNN", accuracy=0.9, flops=5_000_000),
        trial(1, state="PRUNED", known="SeparableCNN", rungs={1: 0.2}, flops=700_000),
        trial(2, state="PRUNED", known="SeparableCNN", rungs={1: 0.2, 3: 0.4}, flops=700_000),  # resumed, stopped again
        trial(3, state="FAIL", known="HybridCNN"),
    ]
    text = described(study(trials))
    assert (
        "Known networks: StandardCNN **90.00 %** at 5 MFLOPs; SeparableCNN **40.00 %** after 3 epochs at 700 kFLOPs."
        in text
    )
    assert "| **StandardCNN**: " in text


def test_networks_at_chance_have_no_knee(study, trial):
    assert "No network is clearly better than chance" in described(study([trial(0)], knee=None))
    assert "chance, so" not in described(study([trial(0)]))


def test_no_picture_before_there_is_one(study, trial):
    assert "![" not in described(study([trial(0)]), picture=False)


def test_nothing_on_the_front(study, trial):
    made = study([trial(0, state="FAIL"), trial(1, state="RUNNING")], progress=[])
    assert described(made) == "No network on the front yet. 2 trials: 1 failed, 1 running."


def test_hostile_words_stay_words(study, trial):
    text = described(study([trial(0, words='<script>alert(1)</script> | [x](javascript:y) "\n| new row |')]))
    assert "<script" not in text
    assert "[x](" not in text
    row = next(line for line in text.split("\n") if line.startswith("| [0]"))
    assert row.replace("\\|", "").count("|") == 8


def test_a_large_front_is_cut_between_rows(study, trial):
    trials = [trial(n, flops=1000 * (n + 1), accuracy=0.001 * (n + 1), words="w" * 300) for n in range(500)]
    made = study(trials, front=list(range(500)))
    text = described(made)
    assert len(text) <= TAG_LENGTH
    shown = sum(line.startswith("| [") for line in text.split("\n"))
    assert text.endswith(f"{500 - shown} more are in `front/front.csv`.")

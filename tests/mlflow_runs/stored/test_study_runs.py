"""Which runs are a study's: rules on plain data. With a real store they are tested in `test_sync.py`."""

import pytest

from mlflow_runs.stored.study_runs import Kind, StoredRun, began_together, runs_of

QUARTER_OF_AN_HOUR = 900_000  # milliseconds


def run(run_id, kind, *, parent="", trial=None, status="FINISHED", started_ms=0):
    return StoredRun(run_id, kind, parent, trial, status, started_ms, None, {}, {}, {})


def parent(run_id):
    return run(run_id, Kind.PARENT)


def child(run_id, of, *, below, **changes):
    """A run of a trial that began when the trial did."""
    options = {"parent": below, "trial": of.number, "started_ms": of.started_ms} | changes
    return run(run_id, Kind.TRIAL, **options)


def ids(runs):
    return [one.run_id for one in runs]


@pytest.fixture
def trials(trial):
    return [trial(number) for number in range(3)]


def test_runs_that_began_when_the_trials_did_are_the_studys(study, trials):
    runs = [parent("p"), *(child(f"t{one.number}", one, below="p") for one in trials), run("c", Kind.CURVE, parent="p")]
    owned = runs_of(study(trials), runs)
    assert ids(owned.parents) == ["p"] and ids(owned.curves) == ["c"]
    assert {number: ids(same) for number, same in owned.trials.items()} == {0: ["t0"], 1: ["t1"], 2: ["t2"]}


def test_an_older_study_of_the_same_name_has_none_of_them(study, trials):
    runs = [parent("p"), *(child(f"t{one.number}", one, below="p", started_ms=1) for one in trials)]
    owned = runs_of(study(trials), [*runs, run("c", Kind.CURVE, parent="p")])
    assert (owned.parents, owned.trials, owned.curves) == ([], {}, [])


def test_most_runs_decide_for_all_below_a_parent(study, trials):
    mostly = [
        child("t0", trials[0], below="p"),
        child("t1", trials[1], below="p"),
        child("t2", trials[2], below="p", started_ms=1),
    ]
    assert sorted(runs_of(study(trials), [parent("p"), *mostly]).trials) == [0, 1, 2]
    hardly = [mostly[0], child("t1", trials[1], below="p", started_ms=1), mostly[2]]
    assert runs_of(study(trials), [parent("p"), *hardly]).parents == []


def test_a_running_trial_that_no_longer_counts_proves_nothing(study, trial, trials):
    cut_short = child("t9", trial(9), below="p", status="RUNNING", started_ms=1)
    assert ids(runs_of(study(trials), [parent("p"), cut_short]).parents) == ["p"]
    ended = child("t9", trial(9), below="p", started_ms=1)
    assert runs_of(study(trials), [parent("p"), ended]).parents == []


def test_orphans_are_the_studys(study, trials):
    orphans = [child("t0", trials[0], below="deleted"), run("c", Kind.CURVE, parent="deleted")]
    owned = runs_of(study(trials), [parent("p"), *orphans])
    assert ids(owned.trials[0]) == ["t0"] and ids(owned.curves) == ["c"] and ids(owned.parents) == ["p"]


def test_the_parent_with_the_most_trials_comes_first(study, trials):
    runs = [parent("few"), child("a", trials[0], below="few"), parent("many")]
    runs += [child(f"t{one.number}", one, below="many") for one in trials]
    owned = runs_of(study(trials), runs)
    assert ids(owned.parents) == ["many", "few"] and ids(owned.trials[0]) == ["t0", "a"]


@pytest.mark.parametrize(
    ("late_ms", "together"), [(0, True), (1, False), (QUARTER_OF_AN_HOUR, True), (-37 * QUARTER_OF_AN_HOUR, True)]
)
def test_a_clock_may_be_of_another_time_zone(trial, late_ms, together):
    one = trial(0)
    assert began_together(one, child("t", one, below="p", started_ms=one.started_ms + late_ms)) is together
    assert not began_together(None, child("t", one, below="p"))

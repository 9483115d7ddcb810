"""The README's examples, word for word, each in a process of its own."""

import re
import subprocess
import sys

from tests.imports import ROOT

README = ROOT / "search" / "optimizer" / "README.md"
*_, FORESTS, EARLY_STOPPING = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)

NOT_IMPORTED = """
import sys
assert not {"tensorflow", "keras", "keras_tuner", "mlflow", "ray", "matplotlib"} & set(sys.modules)
"""

A_PROPOSAL = """
import time
study.sampler = optuna.samplers.RandomSampler(seed=0)
study.optimize(objective, n_trials=70)
study.sampler = sampler
seconds = []
for _ in range(5):
    started = time.process_time()
    trial = study.ask()
    trial.suggest_int("n_estimators", 1, 100, log=True)
    seconds.append(time.process_time() - started)
    study.tell(trial, state=optuna.trial.TrialState.FAIL)
assert min(seconds) < 0.2, seconds
"""

PRUNED = """
states = [trial.state.name for trial in study.trials]
assert {"COMPLETE", "PRUNED"} == set(states), states
"""


def run(source):
    done = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done


def test_forests_are_found_within_the_cap_and_nothing_heavy_is_imported():
    front = [line.split(maxsplit=2) for line in run(FORESTS + NOT_IMPORTED).stdout.splitlines()]
    costs, accuracies = [float(row[1]) for row in front], [float(row[0]) for row in front]
    assert len(front) >= 8
    assert costs == sorted(costs) and costs[-1] <= 5_000
    assert accuracies == sorted(accuracies) and accuracies[-1] > 0.85


def test_a_proposal_at_a_hundred_trials_takes_less_than_a_fifth_of_a_second():
    score = "forest = RandomForestClassifier(**params, random_state=0).fit(images[:1200], digits[:1200])"
    assert score in FORESTS
    free = FORESTS.replace(score, "").replace("forest.score(images[1200:], digits[1200:])", "1 - nodes(params) ** -0.2")
    run(free + A_PROPOSAL)


def test_networks_are_stopped_early():
    run(EARLY_STOPPING + PRUNED + NOT_IMPORTED)

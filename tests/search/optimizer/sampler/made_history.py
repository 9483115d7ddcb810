"""Made-up histories of a study of the hybrid space, and what was learnt from them."""

from random import Random

import numpy as np
from optuna.trial import TrialState, create_trial

from search.optimizer.networks.candidates import RandomCandidates, candidates
from search.optimizer.networks.caps import Caps
from search.optimizer.networks.hyperparameters import RandomHyperParameters
from search.optimizer.networks.problem import Problem
from search.optimizer.pareto import Bounds
from search.optimizer.rungs import Ladder
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.sampler.promotion_acquisition import PromotionAcquisition
from search.optimizer.trials import attributes as attr
from spaces.hybrid import HybridSpace

SPACE = HybridSpace()
BOUNDS = Bounds(0.9, 2e5, 1.25e7)
CAPS = Caps(flops=25e6)


def history(n, *, seed=0, accuracy=None, state=TrialState.COMPLETE):
    """Trials of random networks under the cap, their accuracies made up."""
    random, trials = Random(seed), []
    while len(trials) < n:
        hp = RandomHyperParameters(random)
        network = SPACE.architecture(hp)
        cost = network.cost()
        if not CAPS.allow(cost):
            continue
        reached = (
            0.3 + 0.04 * np.log(cost.multiply_adds / 1e5) + 0.02 * random.random() if accuracy is None else accuracy
        )
        complete = state == TrialState.COMPLETE
        trial = create_trial(
            state=state,
            values=[reached, 2 * cost.multiply_adds] if complete else None,
            params=hp.values,
            distributions=hp.distributions,
            user_attrs={
                attr.KEY: network.key,
                attr.FUNCTION_KEY: network.function_key,
                attr.MACS: cost.multiply_adds,
                attr.MILESTONE: 1,
            }
            | ({attr.RUNGS: {"1": reached}, attr.SECONDS: 1.0} if complete else {}),
        )
        trial.number = len(trials)
        trials.append(trial)
    return trials


def problem(rungs=(1,)):
    return Problem(SPACE, Ladder(rungs), caps=CAPS, bounds=BOUNDS)


def pool_of(trials, rungs, seed):
    """Random candidates, what was learnt of them, and the acquisition of their trainings."""
    task = problem(rungs)
    drawn = RandomCandidates(task, seed=seed).at(0)
    parents = [trial.params for trial in trials[:5]]
    pool = candidates(task, drawn=drawn, parents=parents, known=set(), random=Random(seed))
    posterior = Posterior(trials, pool, problem=task, random=Random(seed))
    return pool, posterior, PromotionAcquisition(posterior, trials, problem=task)

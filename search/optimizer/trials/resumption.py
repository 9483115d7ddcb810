"""How a trial that was stopped at a rung is taken up: as a new one of the same network."""

import optuna
from optuna.trial import FrozenTrial, TrialState

from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import this_process

DESCRIBES_NETWORK = (
    attr.KEY,
    attr.ARCHITECTURE,
    attr.WORDS,
    attr.MACS,
    attr.COST,
    attr.PARAMETERS,
    attr.PEAK_ACTIVATION_BYTES,
    attr.START_POINT,
)
"""Attributes that are the network's, not the training's."""


def take_up(study: optuna.Study, stopped: FrozenTrial) -> optuna.Trial:
    """A new trial, running, for the network of one that was stopped; weights that are still kept are gone on with."""
    kept = {name: value for name, value in stopped.user_attrs.items() if name in DESCRIBES_NETWORK}
    template = optuna.trial.create_trial(
        state=TrialState.RUNNING,
        params=stopped.params,
        distributions=stopped.distributions,
        user_attrs={**kept, attr.RESUMES: stopped.number, attr.PROCESS_ID: this_process()},
    )
    study.sampler = optuna.samplers.RandomSampler()  # A trial asks it for a proposal as it is made, and needs none.
    return optuna.Trial(study, study._storage.create_new_trial(study._study_id, template_trial=template))

"""The acquisition of a training: expected gain in hypervolume per expected second.

The decision to go on after a rung is part of it: a training to a rung is worth what the best decision after it is.
"""

import copy
from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial

from search.optimizer.arrays import FloatArray
from search.optimizer.gp.acquisition import expected_hypervolume_improvement, reservation_price
from search.optimizer.networks.candidates import Candidate
from search.optimizer.networks.problem import Problem
from search.optimizer.sampler.posterior import Posterior
from search.optimizer.sampler.training_time import power_of_cost
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.records import cost_of, costs_of, last_rung, log_losses
from search.optimizer.trials.status import is_training

QUADRATURE_NODES = 9
"""Possible results at the next rung that are weighed: nodes of a Gauss-Hermite quadrature."""


class PromotionAcquisition:
    """The acquisition of new networks and of waiting trials.

    Gains are over what is at the top and what is being trained up to it. The levels of that front are predictions, so
    that a lucky measurement is not trusted, and what is being trained counts as what it is expected to reach. What is
    trained to a lower rung is not on that front yet: whether it ever will be is decided later.

    Args:
        posterior: Learnt from the trials.
        trials: Of the study.
        problem: What is searched.
    """

    def __init__(self, posterior: Posterior, trials: Sequence[FrozenTrial], *, problem: Problem) -> None:
        self.posterior = posterior
        self._ladder, self._bounds = problem.ladder, problem.rectangle
        at_top = [trial for trial in trials if self._is_for_the_top(trial)]
        self._front_losses = np.exp(posterior.predict(posterior.of_trials(at_top), [self._ladder.top])[0][:, 0])
        self._front_costs = costs_of(at_top)
        self._power = power_of_cost(trials)
        self._place = self._time_per_trial(trials) if problem.ends_by_trials else 0.0

    def of_waiting(self, waiting: Sequence[FrozenTrial]) -> FloatArray:
        """Of trials that wait at a rung: their next trainings, shape (n,)."""
        values = np.zeros(len(waiting))
        last = np.array([last_rung(trial) for trial in waiting])
        for rung in np.unique(last):
            at_rung = [trial for trial, of_trial in zip(waiting, last, strict=True) if of_trial == rung]
            features = self.posterior.of_trials(at_rung)
            values[last == rung] = self.of(features, costs_of(at_rung), resume_from=int(rung))
        return values

    def of_candidates(self, candidates: Sequence[Candidate]) -> FloatArray:
        """Of new networks: their trainings to the lowest rung, shape (n,)."""
        costs = np.array([candidate.cost for candidate in candidates], dtype=float)
        return self.of(self.posterior.of_candidates(candidates), costs, resume_from=0) if candidates else costs

    def given_training(self, network: Candidate | FrozenTrial) -> "PromotionAcquisition":
        """The same while a network is trained to its next rung: the loss that is expected there counts as measured.

        Args:
            network: A new one, or a trial that waited.
        """
        if isinstance(network, Candidate):
            features, cost, resume_from = self.posterior.of_candidates([network]), network.cost, 0
        else:
            features, cost, resume_from = self.posterior.of_trials([network]), cost_of(network), last_rung(network)
        milestone = self._ladder.after(resume_from)
        given = copy.copy(self)
        given.posterior = self.posterior.given_training(features, milestone)
        if milestone == self._ladder.top:
            means, _ = self.posterior.predict(features, [milestone])
            given._front_losses = np.append(self._front_losses, np.exp(means[:, 0]))
            given._front_costs = np.append(self._front_costs, cost)
        return given

    def of(self, features: FloatArray, costs: FloatArray, *, resume_from: int) -> FloatArray:
        """Of trainings from one rung to the next, and to the top if it then looks good.

        Args:
            features: Of the networks, shape (n, n_columns).
            costs: Likewise, shape (n,).
            resume_from: Epochs of the rung that they have reached, or 0.
        Returns:
            Array of shape (n,).
        """
        ladder, posterior = self._ladder, self.posterior
        milestone = ladder.after(resume_from)
        look, rest = ladder.epochs_to_train(resume_from, milestone), ladder.epochs_to_train(milestone, ladder.top)
        seconds = self.epoch_time(costs)
        # A place among the trials is worth the time that a trial takes: what is left of both then ends together.
        taken = look + (self._place / seconds if resume_from == 0 else 0.0)
        if milestone == ladder.top:
            means, covariances = posterior.predict(features, [milestone])
            return self.gain(means[:, 0], np.sqrt(covariances[:, 0, 0]), costs) / taken / seconds
        means, covariances = posterior.predict(features, [milestone, ladder.top])
        slopes = covariances[:, 0, 1] / np.sqrt(covariances[:, 0, 0] + posterior.noise(milestone) ** 2)
        remaining = np.sqrt(np.maximum(covariances[:, 1, 1] - slopes**2, 1e-9))
        nodes, weights = np.polynomial.hermite_e.hermegauss(QUADRATURE_NODES)
        rewards = np.stack([self.gain(means[:, 1] + slopes * node, remaining, costs) for node in nodes], axis=1)
        return reservation_price(rewards, weights / weights.sum(), look=taken, rest=rest) / seconds

    def epoch_time(self, costs: FloatArray) -> FloatArray:
        """How long an epoch of networks takes, in a unit that all of them share: array of shape (n,)."""
        times: FloatArray = np.asarray(costs, dtype=float) ** self._power
        return times

    def _time_per_trial(self, trials: Sequence[FrozenTrial]) -> float:
        """Mean time of the trials that have a result, in that unit."""
        trained = [trial for trial in trials if last_rung(trial)]
        if not trained:
            return 0.0
        epochs = np.array([last_rung(trial) for trial in trained])
        return float(np.mean(epochs * self.epoch_time(costs_of(trained))))

    def gain(self, means: FloatArray, deviations: FloatArray, costs: FloatArray) -> FloatArray:
        """Expected gain in hypervolume of networks at the top; see `expected_hypervolume_improvement`."""
        current_front = {"front_losses": self._front_losses, "front_costs": self._front_costs}
        return expected_hypervolume_improvement(means, deviations, costs, **current_front, bounds=self._bounds)

    def _is_for_the_top(self, trial: FrozenTrial) -> bool:
        top = self._ladder.top
        return top in log_losses(trial) or (is_training(trial) and trial.user_attrs.get(attr.MILESTONE) == top)

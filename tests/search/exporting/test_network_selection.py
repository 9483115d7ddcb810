"""Selection of networks for an export: by trial, by need, and latencies that are measured once."""

from types import SimpleNamespace

import optuna
import pytest
from optuna.trial import TrialState, create_trial

from search.errors import UsageError
from search.exporting import network_selection
from search.exporting.network_selection import NetworkSelection, flops_and_latency_correlation
from search.optimizer.pareto import Bounds
from search.optimizer.study.selection import Budget
from search.optimizer.trials import attributes as attr
from search.results import TrainedNetwork
from spaces.reference import resnet8, separable_cnn, standard_cnn

ARCHITECTURES = separable_cnn(), resnet8(), standard_cnn()
MILLISECONDS = {network.key: latency for network, latency in zip(ARCHITECTURES, (3.0, 1.0, 2.0), strict=True)}


@pytest.fixture
def measured(monkeypatch):
    """Architectures whose latency was measured, in order."""
    keys = []

    def measure(architectures):
        keys.extend(architecture.key for architecture in architectures)
        return [SimpleNamespace(median_ms=MILLISECONDS[architecture.key]) for architecture in architectures]

    monkeypatch.setattr(network_selection, "measure_networks", measure)
    monkeypatch.setattr(network_selection, "check_installed", lambda formats: None)
    return keys


@pytest.fixture
def selection():
    study = optuna.create_study(directions=["maximize", "minimize"])
    for accuracy, architecture in zip((0.6, 0.7, 0.8), ARCHITECTURES, strict=True):
        cost = architecture.cost()
        attributes = {
            attr.ARCHITECTURE: architecture.to_dict(),
            attr.MACS: cost.multiply_adds,
            attr.PARAMETERS: cost.parameters,
        }
        study.add_trial(create_trial(state=TrialState.COMPLETE, values=(accuracy, cost.flops), user_attrs=attributes))
    return NetworkSelection(study.get_trials(), bounds=Bounds(0.9, 1e5, 1e9), say=lambda text: None)


def test_the_network_of_a_trial(selection):
    assert selection.of_trial(1).architecture == resnet8()
    with pytest.raises(UsageError, match="there is no trial 7"):
        selection.of_trial(7)


def test_a_budget_limits_the_choice(selection):
    limit = separable_cnn().cost().flops
    [network] = selection.within(Budget(flops=limit), pick="best")
    assert network.architecture == separable_cnn()


def test_the_fastest_network_of_the_front_is_measured(selection, measured):
    front = selection.front(timed=False)
    assert all(network.latency_ms is None for network in front) and not measured
    [network] = selection.within(Budget(), pick="fastest")
    assert MILLISECONDS[network.architecture.key] == min(MILLISECONDS[one.architecture.key] for one in front)
    timed = selection.front(timed=True)
    assert [one.latency_ms for one in timed] == [MILLISECONDS[one.architecture.key] for one in timed]
    assert len(measured) == len(set(measured)) == len(front)


def test_flops_and_latency_correlate_by_hand():
    def networks(*latencies):
        ordered = sorted(ARCHITECTURES, key=lambda architecture: architecture.cost().flops)
        return [
            TrainedNetwork(number, architecture, 0.5, latency_ms=latency)
            for number, (architecture, latency) in enumerate(zip(ordered, latencies, strict=True))
        ]

    assert flops_and_latency_correlation(networks(1.0, 2.0, 3.0)) == pytest.approx(1)
    assert flops_and_latency_correlation(networks(3.0, 2.0, 1.0)) == pytest.approx(-1)
    assert flops_and_latency_correlation(networks(1.0, None, 3.0)) is None
    assert flops_and_latency_correlation(networks(1.0, 1.0, 1.0)) is None

"""Networks of a study, read from its trials."""

from optuna.trial import TrialState, create_trial

from search.optimizer.trials import attributes as attr
from search.results import trained_network
from spaces.reference import resnet8

ATTRIBUTES = {attr.ARCHITECTURE: resnet8().to_dict(), attr.SECONDS: 12.5, attr.START_POINT: "ResNet-8"}


def test_a_complete_trial_has_an_accuracy():
    network = trained_network(
        create_trial(state=TrialState.COMPLETE, values=(0.7, 1e6), user_attrs=ATTRIBUTES | {attr.COST: 0.4})
    )
    assert (network.architecture, network.accuracy, network.seconds) == (resnet8(), 0.7, 12.5)
    assert (network.known, network.latency_ms, network.name) == ("ResNet-8", 0.4, "trial -1")


def test_a_trial_that_was_stopped_at_a_rung_has_none():
    network = trained_network(create_trial(state=TrialState.PRUNED, user_attrs=ATTRIBUTES))
    assert network.accuracy is None and network.latency_ms is None


def test_a_row_of_a_table():
    row = trained_network(create_trial(state=TrialState.PRUNED, user_attrs=ATTRIBUTES)).to_dict()
    cost = resnet8().cost()
    assert (row["flops"], row["parameters"], row["network"]) == (cost.flops, cost.parameters, resnet8().words())

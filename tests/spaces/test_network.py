"""Networks from their data, and the line that explains their words, whichever space they are of."""

from random import Random

import pytest

from search.optimizer.networks.hyperparameters import RandomHyperParameters
from spaces.network import legend, network_from_dict
from spaces.reference import resnet8
from tests.spaces.hypermodels import space


def networks():
    return [resnet8(), space("sized").architecture(RandomHyperParameters(Random(0)))]


def test_the_data_of_a_network_makes_it_again():
    for network in networks():
        again = network_from_dict(network.to_dict())
        assert again == network and again.key == network.key and type(again) is type(network)


def test_the_legend_is_that_of_the_kind_of_network():
    architecture, of_hypermodel = networks()
    explained = legend([architecture.words()], like=architecture.to_dict())
    assert explained == "C standard convolution, then filters; /2 stride 2; b bias; ( )+ residual; then the head"
    assert legend([of_hypermodel.words()], like=of_hypermodel.to_dict()) == "choices of the hypermodel by name"


@pytest.mark.parametrize("data", [None, [], {}, {"format": 3}, {"hypermodel": "a:b"}], ids=str)
def test_other_data_is_refused_in_a_sentence(data):
    with pytest.raises(ValueError) as error:
        network_from_dict(data)
    assert str(error.value).isprintable()

"""The networks that PyTorch trains in the benchmark compute what ours do."""

import keras
import numpy as np
import pytest

from spaces.model_io import LOGITS
from tests.benchmarks.networks import FOUND, NETWORKS

torch = pytest.importorskip("torch")


@pytest.mark.parametrize("architecture", [*FOUND, *NETWORKS.values()], ids=lambda network: network.words())
def test_a_network_in_pytorch_has_the_parameters_and_the_logits_of_ours(architecture):
    from tests.benchmarks.pytorch_network import PyTorchNetwork

    keras.utils.set_random_seed(0)
    built = architecture.build()
    model = keras.Model(built.inputs, built.get_layer(LOGITS).output)
    random = np.random.default_rng(0)
    for variable in model.weights:
        if variable.name in ("gamma", "beta", "moving_mean", "moving_variance"):
            variable.assign(variable + random.uniform(-0.3, 0.3, variable.shape))
    network = PyTorchNetwork(model, same_borders=True).eval()
    assert sum(parameter.numel() for parameter in network.parameters()) == sum(
        np.prod(variable.shape) for variable in model.trainable_variables
    )
    images = random.normal(size=(8, 32, 32, 3)).astype(np.float32)
    with torch.no_grad():
        logits = network(torch.tensor(images).permute(0, 3, 1, 2)).numpy()
    np.testing.assert_allclose(logits, model(images), rtol=1e-4, atol=1e-4)
    timed = PyTorchNetwork(model)
    assert timed(torch.tensor(images).permute(0, 3, 1, 2)).shape == (8, 10)
    assert [parameter.shape for parameter in timed.parameters()] == [
        parameter.shape for parameter in network.parameters()
    ]

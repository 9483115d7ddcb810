"""Our spaces with the tuners of KerasTuner."""

import keras_tuner
import numpy as np
import pytest

from spaces.hybrid import HybridSpace


@pytest.mark.long
@pytest.mark.parametrize("tuner", ["Hyperband", "BayesianOptimization"])
def test_a_space_of_ours_is_a_hypermodel_of_theirs(tuner, tmp_path):
    random = np.random.default_rng(0)
    images, labels = random.normal(size=(20, 8, 8, 1)).astype("float32"), random.integers(0, 10, 20)
    options = {"max_epochs": 2} if tuner == "Hyperband" else {"max_trials": 2}
    search = getattr(keras_tuner, tuner)(
        HybridSpace(input_shape=(8, 8, 1)).build,
        objective="val_accuracy",
        seed=0,
        directory=tmp_path,
        overwrite=True,
        **options,
    )
    search.search(images, labels, epochs=1, validation_data=(images, labels), verbose=0)
    best = search.get_best_hyperparameters()[0]
    network = HybridSpace(input_shape=(8, 8, 1)).architecture(best)
    assert search.hypermodel.build(best).count_params() == network.cost().parameters

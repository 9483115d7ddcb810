"""A user's KerasTuner hypermodel as a space.

The cost of a network is counted on the Keras model that `build(hp)` returns. The hypermodel's own `compile` is not
used: one recipe trains all networks of a study, so that their accuracies compare the networks and not their optimizers.
Params that change only the optimizer therefore describe the same network, unless the model holds something of which
nobody can say whether it is the same, such as a layer of a user's class.
"""

import contextlib
import gc
from collections.abc import Iterator, Mapping
from typing import Any

from spaces.hypermodel_network import HypermodelNetwork
from spaces.hypermodel_source import build_model, import_hypermodel, version
from spaces.keras_cost import count
from spaces.keras_identity import key_of
from spaces.keras_types import HyperParameters, KerasModel
from spaces.model_io import with_standard_io
from spaces.parameters import Parameter, UniqueNames, hyperparameters
from spaces.shapes import ImageShape

DOWNLOAD_FAILED = "URL fetch failure"
"""Begins Keras's message when a download fails."""

MAX_CACHED = 100_000
"""Parameters and networks in the cache. When it is full, it is emptied."""

_TreePath = tuple[tuple[str, Any], ...]
"""Names and values of parameters, in the order in which the hypermodel asks for them."""


class HypermodelSpace:
    """The networks that a hypermodel builds, for images of one shape.

    The values so far decide which parameter a hypermodel asks for next. So parameters form a tree, which is cached: a
    network that was built once is described again without building it.

    Args:
        path: `package.module:Name` of a `keras_tuner.HyperModel`, class or instance, or of a function `build(hp)`.
        input_shape: (height, width, channels).
        classes: Number of classes.
    Raises:
        ValueError: If there is no such hypermodel, or it needs a download that fails.
    """

    requires_build_for_cost = True

    def __init__(self, path: str, *, input_shape: ImageShape, classes: int) -> None:
        self.name = path
        self.input_shape = input_shape
        self.classes = classes
        self._hypermodel = import_hypermodel(path, input_shape=input_shape, classes=classes)
        self._names = UniqueNames()
        self._cache: dict[_TreePath, Parameter | HypermodelNetwork | ValueError] = {}
        self._default = self._network_of_defaults()

    @property
    def version(self) -> str:
        """A hash of the source of the hypermodel. Comments and empty lines do not count."""
        return version(self.name)

    def architecture(self, hp: HyperParameters) -> HypermodelNetwork:
        """The network with the parameter values of `hp`. It is built, unless it is in the cache.

        Raises:
            ValueError: If its cost can't be counted or it can't be trained.
            Exception: Whatever the hypermodel raises.
        """
        path: _TreePath = ()
        while isinstance(cached := self._cache.get(path), Parameter):
            path += ((cached.name, cached.value_from(hp)),)
        if isinstance(cached, ValueError):
            raise cached
        return cached or self._describe(hp)

    def build(self, hp: HyperParameters) -> KerasModel:
        """The Keras model as the hypermodel returns it."""
        return build_model(self._hypermodel, hp)

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """The network of the hypermodel's default values, if it builds one."""
        return {"Default": self._default.params} if self._default else {}

    def built_params(self) -> Iterator[Mapping[str, Any]]:
        """Params of the networks in the cache, which are described without building them."""
        return (network.params for network in self._networks())

    def uncounted(self) -> list[str]:
        """Kinds of layers that no rule counts, in the networks that were described so far."""
        return sorted({kind for network in self._networks() for kind in network.uncounted()})

    def _networks(self) -> list[HypermodelNetwork]:
        return [cached for cached in self._cache.values() if isinstance(cached, HypermodelNetwork)]

    def _network_of_defaults(self) -> HypermodelNetwork | None:
        import keras_tuner

        try:
            return self.architecture(keras_tuner.HyperParameters())
        except Exception as error:
            if DOWNLOAD_FAILED in str(error):
                raise ValueError(
                    f"{self.name} downloads weights, which fails here: {' '.join(str(error).split())}. "
                    "Search where they can be downloaded, or put them into Keras's cache first."
                ) from None
            return None  # Other params may give a network.

    def _describe(self, hp: HyperParameters) -> HypermodelNetwork:
        path: list[tuple[str, Any]] = []

        def value_of(parameter: Parameter) -> Any:
            parameter = self._names.unique(parameter)
            self._store(tuple(path), parameter)
            value = parameter.value_from(hp)
            path.append((parameter.name, value))
            return value

        try:
            with _temporary_model():
                network = self._network(build_model(self._hypermodel, hyperparameters(value_of)), dict(path))
        except ValueError as error:
            if not isinstance(self._cache.get(tuple(path)), Parameter):  # Otherwise `hp` has raised it.
                self._store(tuple(path), error.with_traceback(None))
            raise
        self._store(tuple(path), network)
        return network

    def _network(self, model: KerasModel, params: Mapping[str, Any]) -> HypermodelNetwork:
        model = with_standard_io(model, input_shape=self.input_shape, classes=self.classes)
        cost = count(model)
        if not cost.multiply_adds:
            uncounted = f" (not counted: {', '.join(sorted(cost.unknown))})" if cost.unknown else ""
            raise ValueError(
                f"this network has no multiply-adds that could be counted{uncounted}. A search needs a cost above 0."
            )
        key = key_of(model, params=params)
        return HypermodelNetwork(self.name, self.input_shape, self.classes, params, key, cost)

    def _store(self, path: _TreePath, entry: Parameter | HypermodelNetwork | ValueError) -> None:
        if len(self._cache) >= MAX_CACHED:
            self._cache.clear()
        self._cache[path] = entry


@contextlib.contextmanager
def _temporary_model() -> Iterator[None]:
    """A model that is built inside is freed afterwards, and uses no GPU.

    Keras has the garbage collected. What was in memory before is set aside meanwhile: to look at all that TensorFlow
    consists of takes five times as long as to build a small model and to count it.
    """
    import keras

    set_aside = not gc.get_freeze_count()  # Otherwise it is already.
    if set_aside:
        gc.freeze()
    try:
        with keras.device("cpu:0"):
            yield
    finally:
        keras.backend.clear_session()
        if set_aside:
            gc.unfreeze()

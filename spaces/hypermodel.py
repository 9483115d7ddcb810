"""Anybody's KerasTuner hypermodel as a space.

What a network of it costs is counted on the Keras model that `build(hp)` gives. The hypermodel's own `compile` is not
used: accuracies of one study compare because one recipe trains them all, so that of two networks the better one is
better, not the better tuned one. Choices that change nothing but the optimizer therefore describe the same network.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from spaces.cost import Shape
from spaces.hypermodel_network import HypermodelNetwork
from spaces.hypermodel_source import built, imported, version
from spaces.keras_cost import count
from spaces.keras_identity import key_of
from spaces.model_io import with_standard_io
from spaces.parameters import Names, Parameter, asking

DOWNLOAD_FAILED = "URL fetch failure"
"""How Keras says so."""

MOST_KNOWN = 100_000
"""Answers and networks that are remembered; then all are forgotten."""


class HypermodelSpace:
    """The networks that a hypermodel builds, for images of one shape.

    A hypermodel asks one question after the other, and what it asks next follows from the answers so far. So they form
    a tree, which is remembered: a network that was built once is described without building it again.

    Args:
        path: `package.module:Name` of a `keras_tuner.HyperModel`, class or instance, or of a function `build(hp)`.
        input_shape: (height, width, channels).
        classes: Number of classes.
    Raises:
        ValueError: If there is no hypermodel, or it can't build anything here.
    """

    is_built_to_be_priced = True

    def __init__(self, path: str, *, input_shape: Shape, classes: int) -> None:
        self.name = path
        self.input_shape = tuple(input_shape)
        self.classes = classes
        self._hypermodel = imported(path, input_shape=self.input_shape, classes=classes)
        self._names = Names()
        self._known: dict[tuple, Parameter | HypermodelNetwork | ValueError] = {}
        self._default = self._network_of_defaults()

    @property
    def version(self) -> str:
        """A hash of the hypermodel's source; comments and empty lines do not count."""
        return version(self.name)

    def architecture(self, hp) -> HypermodelNetwork:
        """The network that the answers of `hp` describe; it is built, unless it was before.

        Raises:
            ValueError: If it is none that can be priced and trained.
            Exception: Whatever the hypermodel raises.
        """
        answers: tuple = ()
        while isinstance(next_one := self._known.get(answers), Parameter):
            answers += ((next_one.name, next_one.put_to(hp)),)
        if isinstance(next_one, ValueError):
            raise next_one
        return next_one or self._describe(hp)

    def build(self, hp):
        """The Keras model as the hypermodel gives it."""
        return built(self._hypermodel, hp)

    def start_points(self) -> Mapping[str, Mapping[str, Any]]:
        """The network of the hypermodel's own defaults, where it has one."""
        return {"Default": self._default.answers} if self._default else {}

    def built_params(self) -> Iterator[Mapping[str, Any]]:
        """Answers that lead to a network that need not be built to be priced."""
        return (network.answers for network in self._networks())

    def uncounted(self) -> list[str]:
        """Kinds of layers that no rule counts, in networks that were described so far."""
        return sorted({kind for network in self._networks() for kind in network.uncounted()})

    def _networks(self) -> list[HypermodelNetwork]:
        return [known for known in self._known.values() if isinstance(known, HypermodelNetwork)]

    def _network_of_defaults(self) -> HypermodelNetwork | None:
        import keras_tuner

        try:
            return self.architecture(keras_tuner.HyperParameters())
        except Exception as error:
            if DOWNLOAD_FAILED in str(error):
                raise ValueError(
                    f"{self.name} downloads weights, which fails here: {' '.join(str(error).split())}. "
                    "Search where they can be downloaded, or put them into Keras's cache before."
                ) from None
            return None  # Other networks may do.

    def _describe(self, hp) -> HypermodelNetwork:
        given: list[tuple[str, Any]] = []

        def answer(question: Parameter) -> Any:
            question = self._names.distinct(question)
            self._remember(tuple(given), question)
            given.append((question.name, question.put_to(hp)))
            return given[-1][1]

        try:
            with _only_looked_at():
                network = self._network(built(self._hypermodel, asking(answer)), dict(given))
        except ValueError as error:
            if not isinstance(self._known.get(tuple(given)), Parameter):  # else the answer was at fault
                self._remember(tuple(given), error.with_traceback(None))
            raise
        self._remember(tuple(given), network)
        return network

    def _network(self, model, answers: Mapping[str, Any]) -> HypermodelNetwork:
        model = with_standard_io(model, input_shape=self.input_shape, classes=self.classes)
        cost = count(model)
        return HypermodelNetwork(self.name, self.input_shape, self.classes, answers, key_of(model), cost)

    def _remember(self, answers: tuple, what: Parameter | HypermodelNetwork | ValueError) -> None:
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[answers] = what


@contextlib.contextmanager
def _only_looked_at() -> Iterator[None]:
    """A model that is built inside is not kept, and takes nothing of a GPU."""
    import keras

    try:
        with keras.device("cpu:0"):
            yield
    finally:
        keras.backend.clear_session()

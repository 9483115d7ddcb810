"""A sampler of Optuna's, or of a user's own, that is named by an object reference such as `optuna.samplers:GPSampler`.

It is somebody else's code: whatever it raises becomes one sentence, and no value that it proposes is outside the space.
"""

import contextlib
import functools
import inspect
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from optuna import Study
from optuna.distributions import BaseDistribution
from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial, TrialState

from search.errors import SearchError
from search.optimizer.trials.optuna_storage import contains
from spaces.error_text import reason
from spaces.object_reference import import_object
from spaces.validation import given

ADVICE = "Correct it, or name another with --sampler."

SEEDS = ("seed", "study_seed")
"""Arguments that a class or function is given, if it has them."""

A_FUNCTION = "a function of yours that makes it, such as def make(seed): ..."


def make_imported_sampler(reference: str, *, seed: int, study_seed: int) -> BaseSampler:
    """A new sampler.

    Args:
        reference: To a class of samplers, or to a function that returns one.
        seed: Of this decision, for the argument `seed`, if the class or function has it.
        study_seed: Of the study, for the argument `study_seed`, likewise.
    Raises:
        SearchError, ValueError: If there is none. The message says why.
    """
    make = _factory(reference)
    accepted = _accepted(reference, make)
    arguments = {name: value for name, value in zip(SEEDS, (seed, study_seed), strict=True) if name in accepted}
    with warnings.catch_warnings(), _errors_in_words(f"the sampler {reference} can't be made"):
        warnings.simplefilter("ignore", ExperimentalWarning)
        sampler = make(**arguments)
    if not isinstance(sampler, BaseSampler):
        raise SearchError(
            f"{reference} must make a sampler, which derives from optuna.samplers.BaseSampler; it made "
            f"{given(sampler)}. {ADVICE}"
        )
    return CheckedSampler(sampler, reference)


def _factory(reference: str) -> Callable[..., Any]:
    target = import_object(reference, kind="sampler")
    if isinstance(target, BaseSampler):
        raise SearchError(
            f"{reference} is one sampler, and a search makes a new one for each proposal. Name its class, or "
            f"{A_FUNCTION}"
        )
    is_other_class = inspect.isclass(target) and not issubclass(target, BaseSampler)
    if is_other_class or not callable(target):
        raise SearchError(
            f"{reference} is not a sampler: it must be a class that derives from optuna.samplers.BaseSampler, or a "
            f"function that makes one; got {given(target)}. Name one of these with --sampler."
        )
    factory: Callable[..., Any] = target
    return factory


def _accepted(reference: str, make: Callable[..., Any]) -> set[str]:
    """Names of the arguments that a class or function can be given; `seed` is one of those of `**others`.

    Raises:
        SearchError: If it needs others than seeds.
    """
    try:
        parameters = list(inspect.signature(make).parameters.values())
    except ValueError:  # Written in C, without a signature.
        return set()
    by_name = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    others = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.default is p.empty]
    needed = [p.name for p in others if p.name not in by_name & set(SEEDS)]
    if needed and str(getattr(make, "__module__", "")).startswith("search.optimizer."):
        raise SearchError(
            f"{reference} needs to be told a cost, and a search knows its costs already: use --sampler known-cost."
        )
    if needed:
        raise SearchError(
            f"{reference} needs the arguments {', '.join(needed)}, which --sampler can't give. Name {A_FUNCTION}"
        )
    return by_name | ({"seed"} if any(p.kind == p.VAR_KEYWORD for p in parameters) else set())


class CheckedSampler(BaseSampler):
    """Asks a sampler, and checks what it answers.

    Args:
        sampler: Somebody else's.
        name: That a person has given it by.
    """

    def __init__(self, sampler: BaseSampler, name: str) -> None:
        self._sampler, self._name = sampler, name
        self._error: SearchError | None = None

    def before_trial(self, study: Study, trial: FrozenTrial) -> None:
        """What the sampler does then. An error comes up as soon as it is asked: a queued network does not need it."""
        try:
            with self._errors_in_words():
                self._sampler.before_trial(study, trial)
        except SearchError as error:
            self._error = error

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:
        """What the sampler infers."""
        if self._error is not None:
            raise self._error
        with self._errors_in_words():
            return dict(self._sampler.infer_relative_search_space(study, trial))

    def sample_relative(
        self, study: Study, trial: FrozenTrial, search_space: dict[str, BaseDistribution]
    ) -> dict[str, Any]:
        """The values that the sampler proposes together."""
        with self._errors_in_words():
            params = self._sampler.sample_relative(study, trial, search_space)
            if not isinstance(params, Mapping):
                raise TypeError(f"sample_relative must return a dict; it returned {given(params)}")
            for name in params:
                if name not in search_space:
                    raise ValueError(f"sample_relative returned {given(name)}, which is not in its search space")
            return {name: _value_of(search_space[name], value, name=name) for name, value in params.items()}

    def sample_independent(
        self, study: Study, trial: FrozenTrial, param_name: str, param_distribution: BaseDistribution
    ) -> Any:
        """The value that the sampler proposes for one param."""
        with self._errors_in_words():
            value = self._sampler.sample_independent(study, trial, param_name, param_distribution)
            return _value_of(param_distribution, value, name=param_name)

    def after_trial(self, study: Study, trial: FrozenTrial, state: TrialState, values: Sequence[float] | None) -> None:
        """What the sampler does then. After an error in it the search goes on: it costs no result."""
        try:
            self._sampler.after_trial(study, trial, state, values)
        except StorageInternalError:
            raise
        except Exception as error:
            _warn_once(
                f"the sampler {self._name} has raised an error in after_trial ({reason(error)}). The search goes on, "
                "and all results are stored."
            )

    def reseed_rng(self) -> None:
        """What the sampler does then."""
        self._sampler.reseed_rng()

    def _errors_in_words(self) -> contextlib.AbstractContextManager[None]:
        return _errors_in_words(f"the sampler {self._name} can't propose a network, for accuracy and a cost")


@functools.cache
def _warn_once(message: str) -> None:
    """Python itself warns anew for each sampler that is made: other code has changed its filters meanwhile."""
    warnings.warn(message, stacklevel=3)


def _value_of(distribution: BaseDistribution, value: Any, *, name: str) -> Any:
    """The value of a distribution that equals what was proposed, which may be a number of NumPy's.

    Raises:
        ValueError: If it has no such value.
    """
    if not contains(distribution, value):
        raise ValueError(f"{name} must be a value of {distribution}; it proposed {given(value)}")
    return distribution.to_external_repr(distribution.to_internal_repr(value))


@contextlib.contextmanager
def _errors_in_words(problem: str) -> Iterator[None]:
    try:
        yield
    except (StorageInternalError, SearchError):
        raise
    except (Exception, SystemExit) as error:
        missing = _missing_package(error)
        if missing:
            raise SearchError(
                f"{problem}: it needs the package {missing}, which is not installed. Install it, or name another "
                "sampler with --sampler."
            ) from error
        raise SearchError(f"{problem}: {reason(error).rstrip('.')}. {ADVICE}") from error


def _missing_package(error: BaseException | None) -> str:
    """The package that could not be imported, whether that was the error or its cause; empty if it was neither."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name:
            return error.name.partition(".")[0]
        error = error.__cause__
    return ""

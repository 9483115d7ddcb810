"""One search from start to end: data, space, study, workers, mirror and display, wired together."""

import dataclasses
import shlex
import time
from collections.abc import Mapping
from typing import Any

from rich.console import Console

from mlflow_runs.address import python
from mlflow_runs.command_line import DEFAULT_TRACKING_URI, say
from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.safe_text import redacted
from search import latency_objective
from search.devices.latency_model import LatencyModel
from search.display import Display, front_table
from search.errors import UsageError
from search.flags import DEFAULT_STORAGE, counted
from search.optimizer import attributes as attr
from search.optimizer.caps import Caps
from search.optimizer.objective import FLOPS
from search.optimizer.opening import open_study
from search.optimizer.rungs import Ladder, default_rungs
from search.optimizer.study import Proposal, SearchStudy
from search.stopping import StopRequest
from search.storage import open_storage
from search.study_record import StudyRecorder
from search.training.datasets import load
from search.training.environment import cpu_precision, prepare
from search.training.recipe import RECIPES
from search.typed import typed
from search.workers.local import LocalPool
from search.workers.loop import run
from search.workers.machine import plan
from search.workers.messages import EpochDone, Event
from spaces.hybrid import HybridSpace

SECONDS_BETWEEN_TRIES = 30.0
"""How often an MLflow that does not answer is tried again."""

SPACES = {"hybrid": HybridSpace}

COMMAND = "search.run"


class Session:
    """A search that a person has asked for.

    Args:
        options: What `search.run` parsed.
        console: Where the person reads.
    Raises:
        SearchError, DataError, ValueError: If it can't start; nothing is written then.
    """

    def __init__(self, options, console: Console) -> None:
        self._environment = prepare()
        self._options, self._console = options, console
        self._dataset = load(
            options.dataset,
            data_dir=options.data_dir,
            image_size=options.image_size,
            seed=options.seed,
            train_limit=options.train_limit,
        )
        self._recipe = RECIPES[options.recipe]
        self._rungs = (options.epochs,) if options.no_rungs else default_rungs(options.epochs)
        self._plan = plan(options.workers)
        self._study = self._open_study()
        self._mirror = Mirror(tracking_uri=options.tracking_uri, experiment=options.experiment)
        self._recorder = StudyRecorder(self._study, settings=self._shown_settings())
        self._unmirrored = True
        self._mirror_trouble = ""
        self._mirror_again = 0.0  # on the monotonic clock

    def search(self) -> int:
        """Search until the study has its trials; returns the exit status."""
        before = len(self._study.trained())
        self._study.optuna_study.set_user_attr(attr.COMMAND, typed(COMMAND))
        # At the start, trouble with MLflow is a mistake to be told; later it must not stop the search.
        self._mirror.update(self._recorder.record(state="RUNNING"))
        left = before < self._options.trials or bool(self._study.promised())
        self._say(self._opening(before, left=left))
        with StopRequest() as stop:
            try:
                if left:
                    self._train(stop)
            finally:
                self._study.close("the search was stopped")
                self._write_mirror("INTERRUPTED" if stop else "FINISHED")
                self._close(stop, trained=len(self._study.trained()) - before)
        return stop.exit_status

    def _train(self, stop: StopRequest) -> None:
        options = self._options
        display = Display(self._console, total=options.trials, images=len(self._dataset.train_images))

        def watch(event: Event | Proposal | None) -> None:
            display.show(self._study, event)
            if event is not None:
                self._unmirrored |= not isinstance(event, EpochDone)
            elif self._unmirrored and time.monotonic() >= self._mirror_again:
                self._write_mirror("RUNNING")

        with LocalPool(self._dataset, self._plan) as pool, display:
            run(
                self._study,
                pool,
                total=options.trials,
                recipe=self._recipe,
                watch=watch,
                stop=lambda: bool(stop),
            )

    def _open_study(self) -> SearchStudy:
        options, dataset = self._options, self._dataset
        name = options.study or f"{dataset.name}-{options.space}"
        space = SPACES[options.space](input_shape=dataset.input_shape, classes=dataset.classes)
        storage = open_storage(options.storage)
        if options.min_flops and options.max_flops and options.min_flops >= options.max_flops:
            raise UsageError("--min-flops must be below --max-flops")
        caps = Caps(flops=options.max_flops, parameters=options.max_params, least_flops=options.min_flops)
        model = self._latency_model(storage, name, space, caps) if options.objective == "latency" else None
        study = open_study(
            name,
            space,
            storage=storage,
            sampler=options.sampler,
            seed=options.seed,
            caps=caps,
            ladder=Ladder(self._rungs),
            settings=self._comparable_settings(),
            objective=latency_objective.objective_of(model) if model else FLOPS,
        )
        if model:
            latency_objective.keep(model, study.optuna_study)
        return study

    def _latency_model(self, storage, name: str, space, caps: Caps) -> LatencyModel:
        model = latency_objective.stored_model(storage, name)
        if model is None:
            latency_objective.require()
            self._say(f"Timing {latency_objective.TIMED} networks of the space, which takes about a minute.")
            model = latency_objective.timed_model(space, caps=caps, seed=self._options.seed)
        self._say(
            f"Latency is predicted from {model.networks} networks that were timed; on networks left out the median "
            f"error is {100 * model.error:.0f} % and the rank correlation {model.correlation:.2f}."
        )
        return model

    def _comparable_settings(self) -> dict[str, Any]:
        """What must stay the same for two accuracies of a study to compare; plain data."""
        return {
            "space": self._options.space,
            "dataset": self._dataset.name,
            "image_size": self._options.image_size,
            "train_limit": self._options.train_limit,
            "seed": self._options.seed,
            "images": self._dataset.fingerprint,
            "recipe": dataclasses.asdict(self._recipe),
            "epochs": self._options.epochs,
            "rungs": list(self._rungs),
        } | ({"objective": self._options.objective} if self._options.objective != "flops" else {})

    def _shown_settings(self) -> dict[str, Any]:
        hidden = {"storage", "tracking_uri", "experiment", "data_dir", "study", "trials"}
        return {name: value for name, value in vars(self._options).items() if name not in hidden}

    def _write_mirror(self, state: str) -> None:
        """Bring MLflow up to date; where that fails the search goes on, and the next call catches up."""
        try:
            self._mirror.update(self._recorder.record(state=state))
        except MirrorError as error:
            if str(error) != self._mirror_trouble:
                self._say(f"MLflow is behind and will be caught up: {error}")
            self._mirror_trouble = str(error)
            self._mirror_again = time.monotonic() + SECONDS_BETWEEN_TRIES
        else:
            self._unmirrored, self._mirror_trouble = False, ""

    def _opening(self, before: int, *, left: bool) -> str:
        total, name = self._options.trials, self._study.name
        if not left:
            return f"Study {name!r} has {counted(before, 'trial')} of {total}: nothing is left to train."
        begun = f"continues after {counted(before, 'trial')}" if before else "begins"
        images = len(self._dataset.train_images)
        epochs = counted(self._options.epochs, "epoch")
        rungs = ", ".join(map(str, self._rungs[:-1]))
        return (
            f"Study {name!r} {begun}: {counted(total, 'network')} of space {self._options.space} on "
            f"{self._dataset.name}, {images:,} images, "
            + (f"judged after {rungs} and {epochs}. " if rungs else f"{epochs} each. ")
            + "Ctrl-C stops; the same command continues.\n"
            + self._machine()
        )

    def _machine(self) -> str:
        """What trains, and how TensorFlow was told to be quick."""
        told = f"TF_ENABLE_ONEDNN_OPTS={self._environment['TF_ENABLE_ONEDNN_OPTS']}"
        maps = "" if self._plan.gpus or cpu_precision() == "float32" else "; bfloat16 where it is faster"
        return f"Trains on {self._plan.words()}; {told}{maps}."

    def _close(self, stop: StopRequest, *, trained: int) -> None:
        done = len(self._study.trained())
        if stop:
            self._say(f"Stopped: {done} of {self._options.trials} trials are kept. To continue:\n  {typed(COMMAND)}")
        front = self._study.front()
        if front:
            self._console.print(front_table(front, knee=self._study.knee()))
        self._say(
            f"Hypervolume {self._study.hypervolume():.4f}. {trained} trained now, {done} in all{self._skipped()}."
        )
        self._say_where()

    def _skipped(self) -> str:
        trials = self._study.trials()
        over = sum(attr.OVER_CAP in trial.user_attrs for trial in trials)
        repeated = sum(attr.REPEATS in trial.user_attrs for trial in trials)
        said = [f"{over} proposals outside the caps"] * bool(over) + [f"{repeated} repeated"] * bool(repeated)
        return f"; never trained: {', '.join(said)}" if said else ""

    def _say_where(self) -> None:
        address = self._mirror.address()
        if address is None:
            return
        if address.command:
            self._say(f"To browse the front, start\n  {address.command}\nand open")
        else:
            self._say("To browse the front, open")
        self._say(f"  {address.charts}")
        export = [python(), "-m", "search.export", "--study", self._study.name, *_data_flags(vars(self._options))]
        self._say(f"To take a network home:\n  {shlex.join([*export, '--pick', 'knee', '--output', 'exported'])}")

    def _say(self, text: str) -> None:
        say(self._console, text)


def _data_flags(options: Mapping[str, Any]) -> list[str]:
    """The flags by which another command finds the same study."""
    usual = {"storage": DEFAULT_STORAGE, "tracking_uri": DEFAULT_TRACKING_URI, "data_dir": None}
    given = {name: options[name] for name, default in usual.items() if options[name] != default}
    return [part for name, value in given.items() for part in (f"--{name.replace('_', '-')}", redacted(value))]

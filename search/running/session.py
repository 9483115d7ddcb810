"""One search from start to end: data, space, study, workers, mirror and display, wired together."""

import shutil
from collections.abc import Container
from typing import Any

from rich.console import Console

from search.cli.command_line import say
from search.cli.shell_command import export_of, sync_command, ui_command
from search.cli.stopping import StopRequest
from search.cli.storage import one_sentence, open_storage
from search.devices.latency_model import LatencyModel
from search.display import Display, front_table
from search.optimizer.networks.objective import FLOPS
from search.optimizer.networks.problem import Problem
from search.optimizer.study.opening import open_study
from search.optimizer.study.proposal import Proposal
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import this_process
from search.quantities import counted
from search.results.display_settings import DisplaySettings
from search.results.result import SearchResult
from search.running import latency_objective
from search.running.mirroring import Mirroring
from search.running.problem import comparable_settings, problem_of
from search.running.starting import earlier_of
from search.running.workplace import workplace
from search.training.environment import cpu_precision, prepare
from search.workers.loop import run
from search.workers.messages import EpochDone, Event
from search.workers.scratch import weight_folder
from spaces.hypermodel_source import is_path, short_name


class Session:
    """A search that a person has asked for.

    Args:
        options: What `search.run` parsed.
        console: Where the person reads.
        command: By which the person can ask for it again.
    Raises:
        SearchError, DataError, ValueError: If it can't start; nothing is written then.
    """

    def __init__(self, options, console: Console, *, command: str) -> None:
        self._environment = prepare()
        self._options, self._console, self._command = options, console, command
        self._problem = problem_of(options)
        self._workplace = workplace(options)
        with one_sentence(options.storage):
            self._study = self._open_study()
        self._weights = weight_folder(self._study.id)
        self._mirroring = Mirroring(
            self._study,
            store={"tracking_uri": options.tracking_uri, "experiment": options.experiment},
            say=self._say,
            sync_command=sync_command(
                self._study.name,
                storage=options.storage,
                tracking_uri=options.tracking_uri,
                experiment=options.experiment,
            ),
        )

    def search(self) -> int:
        """Search until the study has its trials; returns the exit status.

        Raises:
            SearchError: If it can't go on; what was finished is stored.
        """
        with one_sentence(self._options.storage):
            return self._search()

    def _search(self) -> int:
        earlier = {trial.number for trial in self._study.trained()}
        before = len(earlier)
        self._keep_what_was_asked()
        self._mirroring.begin()
        left = before < self._options.trials or bool(self._study.must_promote())
        self._say(self._opening(before, left=left))
        with StopRequest() as stop:
            ended = False
            try:
                if left:
                    self._train(stop)
                ended = not stop
            finally:
                self._end("FINISHED" if ended else "INTERRUPTED")
                self._close(stop, earlier=earlier)
        if ended and not self._study.is_shared():
            shutil.rmtree(self._weights, ignore_errors=True)
        return stop.exit_status

    def _keep_what_was_asked(self) -> None:
        stored = self._study.optuna_study
        export = export_of(self._study.name, vars(self._options), "--trial")
        DisplaySettings(self._shown_settings(), export=export, trials=self._options.trials).keep(stored)
        stored.set_user_attr(attr.COMMAND, self._command)
        stored.set_user_attr(attr.STATE, "RUNNING")

    def _end(self, state: str) -> None:
        """The storage is told first: whoever writes MLflow later reads it there."""
        self._study.close("the search was stopped")
        self._study.optuna_study.set_user_attr(attr.STATE, state)
        self._mirroring.end(state)

    def result(self) -> SearchResult:
        """What the study holds now."""
        return SearchResult(self._study, where=vars(self._options))

    def _train(self, stop: StopRequest) -> None:
        options = self._options
        display = Display(self._console, total=options.trials, images=len(self._problem.dataset.train_images))

        def watch(event: Event | Proposal | None) -> None:
            display.show(self._study, event)
            if event is None:
                self._mirroring.catch_up()
            elif not isinstance(event, EpochDone):
                self._mirroring.notify()

        worker_timeout = 60 * options.worker_timeout
        with (
            self._workplace.pool(self._problem.dataset, weights=self._weights, worker_timeout=worker_timeout) as pool,
            display,
        ):
            run(
                self._study,
                pool,
                total=options.trials,
                recipe=self._problem.recipe,
                watch=watch,
                stop=lambda: bool(stop),
                max_failures=options.max_failures,
            )

    def _open_study(self) -> SearchStudy:
        options, problem = self._options, self._problem
        name = options.study or f"{problem.dataset.name}-{short_name(options.space)}"
        storage = open_storage(options.storage)
        earlier = earlier_of(options, name=name, storage=storage, space=problem.space)
        model = self._latency_model(storage, name) if options.objective == "latency" else None
        study = open_study(
            name,
            Problem(
                problem.space,
                caps=problem.caps,
                ladder=problem.ladder,
                objective=latency_objective.objective_of(model) if model else FLOPS,
            ),
            storage=storage,
            sampler=options.sampler,
            seed=options.seed,
            settings=comparable_settings(problem, options),
            warm_start=earlier,
        )
        if model:
            latency_objective.keep(model, study.optuna_study)
        return study

    def _latency_model(self, storage, name: str) -> LatencyModel:
        model = latency_objective.stored_model(storage, name)
        if model is None:
            latency_objective.require()
            self._say(f"Timing {latency_objective.TIMED} networks of the space, which takes about a minute.")
            model = latency_objective.timed_model(self._problem.space, caps=self._problem.caps, seed=self._options.seed)
        self._say(
            f"Latency is predicted from {model.networks} networks that were timed; on networks left out the median "
            f"error is {100 * model.error:.0f} % and the rank correlation {model.correlation:.2f}."
        )
        return model

    def _shown_settings(self) -> dict[str, Any]:
        hidden = {"storage", "tracking_uri", "experiment", "data_dir", "study", "trials", "config", "json", "dry_run"}
        hidden |= {"worker_timeout", "max_failures", "start_storage", "cluster", "worker_cpus", "worker_gpus"}
        return {name: value for name, value in vars(self._options).items() if name not in hidden}

    def _opening(self, before: int, *, left: bool) -> str:
        total, name = self._options.trials, self._study.name
        if not left:
            return f"Study {name!r} has {counted(before, 'trial')} of {total}: nothing is left to train."
        begun = f"continues after {counted(before, 'trial')}" if before else "begins"
        images = len(self._problem.dataset.train_images)
        epochs = counted(self._options.epochs, "epoch")
        rungs = ", ".join(map(str, self._problem.ladder.rungs[:-1]))
        return (
            f"Study {name!r} {begun}: {counted(total, 'network')} of space {self._options.space} on "
            f"{self._problem.dataset.name}, {images:,} images, "
            + (f"judged after {rungs} and {epochs}. " if rungs else f"{epochs} each. ")
            + f"Ctrl-C stops; the same command continues.\n{self._machine()}{self._of_hypermodel()}{self._page()}"
        )

    def _machine(self) -> str:
        """What trains, and how TensorFlow was told to be quick."""
        told = f"TF_ENABLE_ONEDNN_OPTS={self._environment['TF_ENABLE_ONEDNN_OPTS']}"
        maps = "; bfloat16 where it is faster" if self._workplace.is_this_cpu and cpu_precision() != "float32" else ""
        return f"Trains on {self._workplace.words}; {told}{maps}."

    def _of_hypermodel(self) -> str:
        """What somebody who wrote one for KerasTuner would not expect."""
        if not is_path(self._options.space):
            return ""
        uncounted = ", ".join(self._problem.space.uncounted())
        return (
            f"\nThe hypermodel's compile() is not used: recipe {self._problem.recipe.name} trains every network, "
            "so that accuracies compare."
            + (f"\nFLOPs are a lower bound: layers {uncounted} could not be counted." if uncounted else "")
        )

    def _page(self) -> str:
        """Where to watch it; the address stands below, at the end."""
        address = self._mirroring.address()
        return f"\nTo watch it in MLflow:\n  {self._ui_command() or address.charts}" if address else ""

    def _ui_command(self) -> str | None:
        """None where a server runs already."""
        options = self._options
        return ui_command(options.tracking_uri, experiment=options.experiment, study=self._study.name)

    def _close(self, stop: StopRequest, *, earlier: Container[int]) -> None:
        trained, me = self._study.trained(), this_process()
        ours = [
            trial for trial in trained if trial.user_attrs.get(attr.PROCESS_ID) == me and trial.number not in earlier
        ]
        done, now = len(trained), len(ours)
        if stop:
            self._say(f"Stopped: {done} of {self._options.trials} trials are kept. To continue:\n  {self._command}")
        front = self._study.front()
        if front:
            self._console.print(front_table(front, knee=self._study.knee()))
        self._say(f"Hypervolume {self._study.hypervolume():.4f}. {now} trained now, {done} in all{self._skipped()}.")
        self._say_where()

    def _skipped(self) -> str:
        trials = self._study.trials()
        over = sum(attr.OVER_CAP in trial.user_attrs for trial in trials)
        repeated = sum(attr.REPEATS in trial.user_attrs for trial in trials)
        said = [f"{over} proposals outside the caps"] * bool(over) + [f"{repeated} repeated"] * bool(repeated)
        return f"; never trained: {', '.join(said)}" if said else ""

    def _say_where(self) -> None:
        address = self._mirroring.address()
        if address is None:
            return
        if command := self._ui_command():
            self._say(f"To browse the front in MLflow:\n  {command}\nwhich opens")
        else:
            self._say("To browse the front, open")
        self._say(f"  {address.charts}")
        export = export_of(self._study.name, vars(self._options), "--pick", "knee")
        self._say(f"To take a network home:\n  {export}")

    def _say(self, text: str) -> None:
        say(self._console, text)

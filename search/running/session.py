"""One search from start to end: images, space, study, workers, MLflow and display, connected."""

import shutil
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from mlflow_runs.errors import MirrorError
from search.cli.messages import say
from search.cli.search_config import SearchConfig
from search.cli.settings import shown_settings
from search.cli.shell_command import export_command, sync_command, ui_command
from search.cli.stopping import StopRequest
from search.cli.storage import open_storage, storage_errors
from search.display import Display, front_table
from search.optimizer.networks.bounds import bounds_of
from search.optimizer.sampler.registry import check_sampler, rehearse_sampler
from search.optimizer.study.failures import TooManyFailures, in_common
from search.optimizer.study.opening import open_study
from search.optimizer.study.proposal import Proposal
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.optimizer.trials.process_id import this_process
from search.quantities import counted
from search.results import DisplaySettings, SearchResult
from search.results.study_location import typed_location
from search.running import latency_objective, messages
from search.running.agreement import in_agreement, study_name
from search.running.backend import backend_of
from search.running.few_images import ChanceLog, too_few_images
from search.running.flip_choice import store_choice, tested_choice
from search.running.mirroring import Mirroring
from search.running.search_task import SearchTask, load_task, study_settings
from search.running.waiting_weights import waiting_weights
from search.running.warm_start import warm_start_of
from search.training.environment import prepare
from search.workers.loop import run
from search.workers.messages import EpochDone, Event, JobDone


class SearchSession:
    """A search that a person has asked for.

    Args:
        config: Its settings.
        console: Where messages are printed.
        command: The command that asks for it again.
        task: From `load_task`, if it was loaded before.
    Raises:
        SearchError, DataError, ValueError: If it can't start. Nothing is written then.
    """

    def __init__(self, config: SearchConfig, console: Console, *, command: str, task: SearchTask | None = None) -> None:
        self._environment = prepare()
        self._config, self._console, self._command = config, console, command
        self._any_result = False
        check_sampler(config.sampler)
        self._task = task or load_task(config)
        self._backend = backend_of(config)
        with storage_errors(config.storage):
            self._study = self._open_study()
        self._mirroring = Mirroring(
            self._study,
            store={"tracking_uri": config.tracking_uri, "experiment": config.experiment},
            say=self._say,
            sync_command=sync_command(
                self._study.name,
                storage=config.storage,
                tracking_uri=config.tracking_uri,
                experiment=config.experiment,
            ),
        )

    def run(self) -> int:
        """Search until the study has its trials; returns the exit status.

        Raises:
            SearchError: If it can't go on. What was finished is stored.
        """
        with storage_errors(self._config.storage):
            return self._run()

    def result(self) -> SearchResult:
        """What the study holds now."""
        return SearchResult(self._study, location=self._config.location)

    def _run(self) -> int:
        trained_before = {trial.number for trial in self._study.trained()}
        state_before = self._study.optuna_study.user_attrs.get(attr.STATE, "INTERRUPTED")
        self._store_display_settings()
        try:
            self._mirroring.begin()
        except MirrorError:
            self._study.optuna_study.set_user_attr(attr.STATE, state_before)
            raise
        work_left = len(trained_before) < self._config.trials or bool(self._study.must_promote())
        self._say_opening(work_left=work_left)
        with StopRequest() as stop, waiting_weights(self._config.storage, self._study.id) as weights:
            completed = False
            try:
                if work_left:
                    self._train(stop, weights=weights)
                completed = not stop
            finally:
                self._end("FINISHED" if completed else "INTERRUPTED")
                self._say_result(stop, trained_before=trained_before)
            if completed and not self._study.is_shared():
                shutil.rmtree(weights, ignore_errors=True)
        if completed:
            self._require_result()
        return stop.exit_status

    def _open_study(self) -> SearchStudy:
        name, storage = study_name(self._config, self._task), open_storage(self._config.storage)
        config, task, choice = in_agreement(self._config, self._task, study=name, storage=storage)
        self._config, self._task = config, task
        rehearse_sampler(config.sampler, task.problem)
        warm_start = warm_start_of(config, study=name, storage=storage, space=task.problem.space)
        problem, model = task.problem, None
        if config.objective == "latency":
            model = latency_objective.model_of(name, problem, storage=storage, seed=config.seed, say=self._say)
            problem = replace(problem, objective=latency_objective.latency_objective(model))
        if choice is None:
            problem = problem.with_bounds(bounds_of(problem))  # Caps that allow nothing are refused before a training.
            choice = tested_choice(task.dataset, seed=config.seed, say=self._say)
        settings = study_settings(task, replace(config, mirror=choice.flip))
        self._task, self._flip_choice = task.with_flip(choice.flip), choice
        study = open_study(
            name,
            problem,
            storage=storage,
            sampler=config.sampler,
            seed=config.seed,
            settings=settings,
            warm_start=warm_start,
        )
        if model:
            latency_objective.store_model(model, study.optuna_study)
        store_choice(choice, study.optuna_study)
        return study

    def _store_display_settings(self) -> None:
        """Store what readers of the study are told beside its trials."""
        study = self._study.optuna_study
        DisplaySettings(
            shown_settings(
                replace(self._config, color_mode=self._task.dataset.color_mode, mirror=self._flip_choice.flip)
            )
            | {"mirror_reason": self._flip_choice.reason},
            export=export_command(self._study.name, "--trial", location=self._config.location),
            trials=self._config.trials,
            **typed_location(self._config.location),
        ).store(study)
        study.set_user_attr(attr.INVENTORY, self._task.dataset.inventory.to_dict())
        study.set_user_attr(attr.COMMAND, self._command)
        study.set_user_attr(attr.STATE, "RUNNING")

    def _train(self, stop: StopRequest, *, weights: Path) -> None:
        config, dataset = self._config, self._task.dataset
        display = Display(self._console, total=config.trials, images=len(dataset.train_images))
        chance_log = ChanceLog(self._task)

        def watch(event: Event | Proposal | None) -> None:
            display.show(self._study, event)
            if isinstance(event, JobDone):
                self._any_result = True
                for news in chance_log.news(self._study.trials()):
                    self._say(news)
            if event is None:
                self._mirroring.catch_up()
            elif not isinstance(event, EpochDone):
                self._mirroring.notify()

        worker_timeout = 60 * config.worker_timeout
        with self._backend.pool(dataset, weights=weights, worker_timeout=worker_timeout) as pool, display:
            run(
                self._study,
                pool,
                total=config.trials,
                recipe=self._task.recipe,
                watch=watch,
                stop=lambda: bool(stop),
                max_failures=config.max_failures,
            )

    def _require_result(self) -> None:
        """A search that has trained, and has no result at all, has not worked, whatever earlier ones have found.

        Raises:
            TooManyFailures: With the most frequent reason.
        """
        failed = self._study.failed_in_a_row()
        if failed and not self._any_result:
            networks = counted(len(failed), "network")
            raise TooManyFailures(
                f"no training of this search has a result; {networks} failed. {in_common(failed, [])}"
            )

    def _end(self, state: str) -> None:
        """Store the last state. The storage comes first: whoever writes MLflow later reads the state there."""
        self._study.close("the search was stopped")
        self._study.optuna_study.set_user_attr(attr.STATE, state)
        self._mirroring.end(state)

    def _say_opening(self, *, work_left: bool) -> None:
        if not work_left:
            self._say(messages.nothing_left(self._study, self._config))
            return
        self._say(messages.opening(self._study, self._task, self._config))
        for line in messages.images(self._task, self._config):
            self._say(line)
        for line in messages.limits_of_board(self._config):
            self._say(line)
        self._say(self._flip_choice.words())
        self._say(messages.machine(self._backend, self._environment))
        for note in (*too_few_images(self._task.dataset), *messages.hypermodel_notes(self._task, self._config)):
            self._say(note)
        if address := self._mirroring.address():
            self._say(messages.page_while_searching(address, self._ui_command()))

    def _say_result(self, stop: StopRequest, *, trained_before: set[int]) -> None:
        if stop:
            self._say(messages.stopped(self._study, self._config, command=self._command))
        if front := self._study.front():
            self._console.print(front_table(front, knee=self._study.knee(), width=self._console.width))
        self._say(messages.result(self._study, trained_now=self._trained_now(trained_before)))
        if address := self._mirroring.address():
            self._say(messages.page_of_result(address, self._ui_command()))
        if front:
            self._say(messages.how_to_export(self._study, self._config))

    def _ui_command(self) -> str | None:
        config = self._config
        return ui_command(config.tracking_uri, experiment=config.experiment, study=self._study.name)

    def _trained_now(self, trained_before: set[int]) -> int:
        """How many networks this process has trained: others may search the same study."""
        process = this_process()
        trained_here = [trial for trial in self._study.trained() if trial.user_attrs.get(attr.PROCESS_ID) == process]
        return sum(trial.number not in trained_before for trial in trained_here)

    def _say(self, text: str) -> None:
        say(self._console, text)

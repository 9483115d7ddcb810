"""Several searches that differ in sampler and seed alone, one after the other, and what they say together."""

from collections.abc import Sequence
from pathlib import Path

import optuna
from rich.console import Console

from mlflow_runs.comparison import log_comparison
from mlflow_runs.errors import MirrorError
from search.benchmarking import EPOCHS, FULL_TRAININGS, SECONDS, SHARE_OF_RECTANGLE, Benchmark
from search.benchmarking.files import FIGURE, benchmark_folder, write_files
from search.benchmarking.study_curve import common_rectangle, study_curve
from search.benchmarking.tables import ONE_SEED, difference_table, mean_table, unfinished_words
from search.cli.benchmark_config import BenchmarkConfig
from search.cli.exit_handling import INTERRUPTED_STATUS
from search.cli.messages import page_to_open, say
from search.cli.search_config import SearchConfig
from search.cli.shell_command import ui_command
from search.cli.storage import open_storage, storage_errors, stored_study
from search.errors import SearchError
from search.optimizer.sampler.registry import check_sampler, rehearse_sampler
from search.optimizer.trials import attributes as attr
from search.quantities import counted
from search.running.agreement import in_agreement, study_name
from search.running.search_task import SearchTask, load_task
from search.running.session import SearchSession
from search.training.environment import prepare


class BenchmarkSession:
    """A benchmark that a person has asked for.

    Args:
        config: Its settings.
        console: Where messages are printed.
        command: The command that asks for it again.
    Raises:
        SearchError, DataError, ValueError: If it can't start. No study is begun or changed then.
    """

    def __init__(self, config: BenchmarkConfig, console: Console, *, command: str) -> None:
        prepare()
        self._config, self._console, self._command = config, console, command
        for sampler in config.samplers:
            check_sampler(sampler)
        self._task = load_task(config.search)
        self._seed_of_task = config.search.seed
        self._name = study_name(config.search, self._task)
        self._searches = config.searches(self._name)
        self._folder = benchmark_folder(config.search.output or f"{self._name}-benchmark")
        with storage_errors(config.search.storage):
            self._refuse_differences()
        for sampler in config.samplers:
            rehearse_sampler(sampler, self._task.problem)

    def run(self) -> int:
        """Search, and show and write what all studies say; returns the exit status.

        A search that fails is named, and the others go on. What was stopped is summarised, too.
        """
        status = 0
        for number, search in enumerate(self._searches, start=1):
            self._say(f"\nSearch {number} of {len(self._searches)}: sampler {search.sampler}, seed {search.seed}.")
            try:
                stopped = SearchSession(search, self._console, command=self._command, task=self._task_of(search)).run()
            except KeyboardInterrupt:  # While it began; later the search itself ends tidily.
                stopped = INTERRUPTED_STATUS
            except (SearchError, MirrorError) as error:
                self._say(f"Study {search.study!r} has failed: {error}")
                status = 1
                continue
            if stopped:
                status = stopped
                break
        self._show(is_stopped=status > 1)
        return status

    def result(self) -> Benchmark:
        """What the studies hold now, of the samplers that have begun."""
        url = self._config.search.storage
        with storage_errors(url):
            begun = self._begun()
            studies = {search.study: stored_study(url, search.study) for search in begun}
            bounds = common_rectangle(studies.values()) if studies else None
            curves = [
                study_curve(
                    studies[search.study],
                    sampler=search.sampler,
                    seed=search.seed,
                    bounds=bounds,
                    trials=search.trials,
                )
                for search in begun
            ]
        units = (FULL_TRAININGS, EPOCHS, SECONDS)
        have_begun = {search.sampler for search in begun}
        samplers = tuple(sampler for sampler in self._config.samplers if sampler in have_begun)
        return Benchmark(self._name, samplers or self._config.samplers, curves, SHARE_OF_RECTANGLE, units)

    def _begun(self) -> list[SearchConfig]:
        """The searches whose studies exist. Another program's study of the same name is none of them."""
        studies = optuna.get_all_study_summaries(open_storage(self._config.search.storage), include_best_trial=False)
        begun = {study.study_name for study in studies if attr.SETTINGS in study.user_attrs}
        return [search for search in self._searches if search.study in begun]

    def _refuse_differences(self) -> None:
        """Before anything is trained: a study that exists may have been made with other settings."""
        storage = open_storage(self._config.search.storage)
        for search in self._begun():
            in_agreement(search, self._task_of(search), study=str(search.study), storage=storage)

    def _task_of(self, search: SearchConfig) -> SearchTask:
        """The task of a search. The seed may choose the images, so the task of the last seed is at hand."""
        if search.seed != self._seed_of_task:
            self._task, self._seed_of_task = load_task(search), search.seed
        return self._task

    def _show(self, *, is_stopped: bool) -> None:
        benchmark = self.result()
        unfinished = unfinished_words(benchmark, searches=len(self._searches))
        if unfinished:
            self._say(f"\n{unfinished} To continue:\n  {self._command}")
        if not any(curve.hypervolumes for curve in benchmark.curves):
            self._say("No network was trained to the end, so there is nothing to compare yet.")
            return
        self._console.print()
        self._console.print(mean_table(benchmark))
        if len(benchmark.samplers) > 1:
            self._console.print(difference_table(benchmark))
        if len(self._config.seeds) == 1:
            self._say(ONE_SEED)
        files = write_files(benchmark, self._folder)
        self._say(f"Written to {self._folder}: {', '.join(file.name for file in files)}.")
        if not is_stopped:
            self._log(benchmark, files)

    def _log(self, benchmark: Benchmark, files: Sequence[Path]) -> None:
        search = self._config.search
        try:
            address = log_comparison(
                [],
                name=f"benchmark {self._name}",
                headline=[_headline(benchmark)],
                tracking_uri=search.tracking_uri,
                experiment=search.experiment,
                files=files,
                pictures=[FIGURE],
                replaces_earlier=True,
            )
        except MirrorError as error:
            raise SearchError(f"the files are written, but MLflow could not log the benchmark: {error}") from None
        self._say(page_to_open(address, ui_command(search.tracking_uri, experiment=search.experiment)))

    def _say(self, text: str) -> None:
        say(self._console, text)


def _headline(benchmark: Benchmark) -> str:
    samplers = ", ".join(benchmark.samplers)
    return f"Hypervolume over budget with {samplers}: {counted(len(benchmark.seeds), 'seed')} each."

"""One replay from start to end: repetitions of searches over a table, and the share of the true front they reached."""

import contextlib
import dataclasses
import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import optuna
from rich.console import Console

from search.benchmarking import SHARE_OF_TRUE_FRONT, Benchmark, Curve
from search.benchmarking.tables import ONE_SEED, difference_table
from search.cli import output_file
from search.cli.exit_handling import INTERRUPTED_STATUS
from search.cli.messages import say
from search.cli.replay_config import ReplayConfig
from search.errors import SearchError
from search.optimizer.pareto import hypervolume
from search.optimizer.sampler.registry import check_sampler, rehearse_sampler
from search.replaying.repetition import Failure, Repetition, Replay, repeat
from search.replaying.summary import paired_differences, scaling_table, shares_in_words, summary, summary_table
from search.replaying.table import read_table


class ReplaySession:
    """A replay that a person has asked for.

    Args:
        config: Its settings.
        console: Where messages are printed.
    Raises:
        SearchError: If the table can't be used, or the figures could not be written in the end.
    """

    def __init__(self, config: ReplayConfig, console: Console) -> None:
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._config, self._console, self._status = config, console, 0
        for sampler in config.sampler:
            check_sampler(sampler)
        files = {"--output": config.output, "--csv": config.csv, "--figure": config.figure}
        output_file.check_different({"--table": config.table} | files)
        for flag, file in files.items():
            if file:
                output_file.check_writable(file, flag=flag)
        table = read_table(config.table)
        bounds = table.bounds(reference_accuracy=config.reference_accuracy / 100)
        if hypervolume(1 - table.test, table.macs, bounds) == 0:
            raise SearchError(
                f"no network of {config.table} passes {config.reference_accuracy:g} % on the test split, so there is "
                "no front to reach. Give a lower --reference-accuracy."
            )
        self._replay = Replay(
            table,
            bounds,
            config.sampler[0],
            rungs=table.epochs[-1:] if config.no_rungs else table.epochs,
            # N networks take at most about N full trainings.
            budget=config.trials or config.budget,
            trials=config.trials,
        )
        for sampler in config.sampler:
            rehearse_sampler(sampler, self._replay.problem)

    def run(self) -> int:
        """Repeat the searches for every seed, print the results and write them; returns the exit status.

        A repetition that fails is named, and the others go on. After an interrupt, those that have ended count.
        """
        figures = self._compare_workers() if len(self._config.workers) > 1 else self._compare_samplers()
        if figures and self._config.output:
            output_file.write(self._config.output, json.dumps(figures, indent=2) + "\n")
        return self._status

    def _compare_workers(self) -> dict[str, Any]:
        [sampler], summaries = self._config.sampler, []
        for workers in self._config.workers:
            if self._status == INTERRUPTED_STATUS or not (repetitions := self._repeat(workers)):
                break
            summaries.append(self._summary(sampler, repetitions[sampler], workers=workers))
            self._console.print(summary_table(self._benchmark(repetitions), summaries[-1:]))
        if not summaries:
            return {}
        self._console.print(scaling_table(summaries))
        return summaries[0] | {"scaling": summaries}

    def _compare_samplers(self) -> dict[str, Any]:
        config = self._config
        workers = next(iter(config.workers), None)
        if not (repetitions := self._repeat(workers)):
            return {}
        benchmark = self._benchmark(repetitions)
        summaries = [self._summary(sampler, of_seeds, workers=workers) for sampler, of_seeds in repetitions.items()]
        self._console.print(summary_table(benchmark, summaries))
        if len(repetitions) > 1:
            self._console.print(difference_table(benchmark))
        if config.seeds == 1:
            self._say(ONE_SEED)
        if config.csv:
            output_file.write(config.csv, benchmark.to_csv())
        if config.figure:
            output_file.write(config.figure, benchmark.figure.png())
        if len(repetitions) == 1:
            return summaries[0]
        return summaries[0] | {"samplers": summaries, "paired_differences": paired_differences(benchmark)}

    def _repeat(self, workers: int | None) -> dict[str, list[Repetition]]:
        """The repetitions that have ended well, by seed, of each sampler that has any."""
        replay = dataclasses.replace(self._replay, workers=workers)
        repetitions: dict[str, list[Repetition]] = {sampler: [] for sampler in self._config.sampler}
        with self._interrupts():
            for result in self._repetitions(replay):
                if isinstance(result, Failure):
                    self._say(f"{self._words(result)} has failed: {result.reason}")
                    self._status = self._status or 1
                    continue
                repetitions[result.curve.sampler].append(result)
                self._console.print(f"{self._words(result.curve)}: {shares_in_words(result.reached | result.at_end)}")
        ended, asked = sum(map(len, repetitions.values())), self._config.seeds * len(repetitions)
        if ended < asked:
            self._say(f"{ended} of {asked} repetitions have ended well.")
        return {sampler: of_seeds for sampler, of_seeds in repetitions.items() if of_seeds}

    @contextlib.contextmanager
    def _interrupts(self) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            self._say("Stopped.")
            self._status = INTERRUPTED_STATUS

    def _words(self, repetition: Curve | Failure) -> str:
        sampler = f"{repetition.sampler}, " if len(self._config.sampler) > 1 else ""
        return f"{sampler}seed {repetition.seed}"

    def _say(self, text: str) -> None:
        say(self._console, text)

    def _repetitions(self, replay: Replay) -> Iterator[Repetition | Failure]:
        """Seed by seed, each with every sampler."""
        from joblib import Parallel, delayed

        jobs = itertools.product(range(self._config.seeds), self._config.sampler)
        replays = ((dataclasses.replace(replay, sampler=sampler), seed) for seed, sampler in jobs)
        parallel = Parallel(n_jobs=self._config.processes, return_as="generator")
        yield from parallel(delayed(_repeat_quietly)(of_sampler, seed) for of_sampler, seed in replays)

    def _summary(self, sampler: str, repetitions: Sequence[Repetition], *, workers: int | None) -> dict[str, Any]:
        return {
            "table": Path(self._config.table).name,
            "sampler": sampler,
            "rungs": list(self._replay.rungs),
            "seeds": len(repetitions),
            "workers": workers or 1,
            **summary(repetitions),
        }

    def _benchmark(self, repetitions: dict[str, list[Repetition]]) -> Benchmark:
        return Benchmark(
            Path(self._config.table).name,
            tuple(repetitions),
            [repetition.curve for of_seeds in repetitions.values() for repetition in of_seeds],
            SHARE_OF_TRUE_FRONT,
        )


def _repeat_quietly(replay: Replay, seed: int) -> Repetition | Failure:
    """As `repeat`, in any process."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        return repeat(replay, seed)
    except SearchError as error:
        return Failure(replay.sampler, seed, str(error))

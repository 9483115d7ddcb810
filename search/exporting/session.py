"""One export from start to end: choose on the front, train, judge once, write the files, register the models."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from mlflow_runs.errors import MirrorError
from search.cli import output_file
from search.cli.command_line import say
from search.cli.shell_command import typed
from search.cli.stopping import StopRequest
from search.devices.formats import check_installed, check_readable, is_installed
from search.devices.latency import LATENCY_FORMAT
from search.errors import SearchError
from search.exporting import page, tables
from search.exporting.choice import Choice, rank_correlation
from search.exporting.exported_network import ExportedNetwork, still_on_front
from search.exporting.final_training import FinalTraining, Store, Trained, train_all
from search.exporting.folder import PAGE, REPORT, UNFINISHED, free_folder, write_json
from search.exporting.judging import Judge, network_of
from search.exporting.progress import TrainingProgress
from search.exporting.source import Source
from search.optimizer.study.selection import Budget
from search.quantities import counted, with_unit
from search.results.network import TrainedNetwork
from search.results.record import versions
from search.training.environment import import_tensorflow, prepare
from search.workers.local_pool import LocalPool
from search.workers.machine import plan

LONGER = 4
"""A final training is this many times as long as one of the search."""

FINE_TUNING = 0.25
"""Epochs after pruning, as a share of those before."""

COMMAND = "search.export"


class ExportSession:
    """An export that a person has asked for.

    Args:
        options: What `search.export` parsed.
        console: Where the person reads.
    Raises:
        SearchError, DataError, ValueError: If it can't start; nothing is written then.
    """

    def __init__(self, options, console: Console) -> None:
        prepare()
        self._options, self._console = options, console
        check_installed(options.formats)
        self._folder = free_folder(options.output)
        self._source = Source(
            storage=options.storage, study=options.study, dataset=options.dataset, data_dir=options.data_dir
        )
        self._choice = Choice(self._source.trials, say=self._say)
        self._chosen = self._choose()
        for chosen in self._chosen:
            check_readable(options.formats, chosen.cost, of=chosen.name)
        self._epochs = options.epochs or LONGER * self._source.settings["epochs"]
        self._store = Store(self._folder / UNFINISHED, self._source.dataset)

    def run(self) -> int:
        """Train, judge, write and register; returns the exit status."""
        self._say(self._opening())
        with StopRequest() as stop:
            trained = self._train(stop)
            if stop:
                self._say(f"Stopped; what is trained is kept. To continue:\n  {typed(COMMAND)}")
                return stop.exit_status
        import_tensorflow()
        judge = Judge(self._source.dataset, self._source.test_split(), formats=self._options.formats)
        exported = [
            judge.deliver(chosen, self._trainings(chosen), trained, self._folder_of(chosen)) for chosen in self._chosen
        ]
        self._describe(exported, judge.labels)
        self._close(exported)
        try:
            self._register(exported, judge.images[:4])
        finally:
            self._store.clear()
        return 0

    def _choose(self) -> list[TrainedNetwork]:
        options = self._options
        if options.trial is not None:
            return self._choice.by_number(options.trial)
        budget = Budget(options.max_flops, options.max_params, options.max_latency_ms)
        return self._choice.by_need(options.pick or ("best" if budget.limited else "knee"), budget)

    def _train(self, stop: StopRequest) -> Mapping[FinalTraining, Trained]:
        wanted = [training for chosen in self._chosen for training in self._trainings(chosen)]
        dense = [training.dense() for training in wanted]
        epochs = sum(training.total_epochs for training in wanted)
        before = sum(max(map(self._store.epochs_done, pair)) for pair in zip(wanted, dense, strict=True))
        machine = plan(self._options.workers)
        done: dict[FinalTraining, Trained] = {}
        with (
            LocalPool(self._source.dataset, machine) as pool,
            TrainingProgress(self._console, epochs=epochs, done=before) as progress,
        ):
            for trainings in (dense, wanted) if self._options.sparsity else (dense,):
                if not stop:
                    done |= train_all(trainings, self._store, pool, watch=progress.show, stop=lambda: bool(stop))
        return done

    def _trainings(self, chosen: TrainedNetwork) -> list[FinalTraining]:
        options = self._options
        return [
            FinalTraining(
                chosen.name,
                chosen.architecture,
                self._source.recipe,
                self._epochs,
                seed,
                sparsity=options.sparsity,
                fine_tuning=max(1, round(FINE_TUNING * self._epochs)) if options.sparsity else 0,
            )
            for seed in range(options.seed, options.seed + options.seeds)
        ]

    def _folder_of(self, chosen: TrainedNetwork) -> Path:
        return self._folder / chosen.name.replace(" ", "-") if self._whole_front else self._folder

    @property
    def _whole_front(self) -> bool:
        return self._options.pick == "front"

    def _describe(self, exported: Sequence[ExportedNetwork], labels: np.ndarray) -> None:
        """Write the reports, last of all the one at the top."""
        about = self._about()
        for one in exported:
            searched = {"trials": self._source.trials, "objective": self._source.objective}
            output_file.write(one.folder / PAGE, page.of_network(one, labels, about=about, **searched))
            write_json(one.folder / REPORT, {**about, **one.to_dict()})
        if self._whole_front:
            kept = still_on_front(exported)
            members = [
                {"folder": one.folder.name, "still_on_front": on_front} | one.summary()
                for one, on_front in zip(exported, kept, strict=True)
            ]
            searched = {"trials": self._source.trials, "objective": self._source.objective}
            output_file.write(self._folder / PAGE, page.of_front(exported, about=about, **searched))
            write_json(self._folder / REPORT, {**about, "members": members})

    def _about(self) -> dict[str, Any]:
        """What all networks of this export have in common; plain data."""
        front = self._choice.front(timed=is_installed(LATENCY_FORMAT))
        return {
            "study": self._source.name,
            "settings": {
                name: self._source.settings[name] for name in ("space", "epochs", "rungs", "train_limit", "seed")
            },
            "trials": len(self._source.trials),
            "dataset": self._source.dataset.name,
            "images": self._source.dataset.fingerprint,
            "classes": list(self._source.dataset.class_names),
            "recipe": asdict(self._source.recipe),
            "versions": versions(),
            "commands": [command for command in (self._source.command, typed(COMMAND)) if command],
            "front": [member.to_dict() for member in front],
            "rank_correlation_of_flops_and_latency": rank_correlation(front),
        }

    def _register(self, exported: Sequence[ExportedNetwork], example: np.ndarray) -> None:
        from mlflow_runs.registry import register
        from search.devices.deployable import deployable

        try:
            for one in exported:
                registered = register(
                    deployable(network_of(one.trained[one.best])),
                    example=example,
                    name=self._source.name,
                    tracking_uri=self._options.tracking_uri,
                    experiment=self._options.experiment,
                    alias=one.folder.name if self._whole_front else self._options.alias,
                    study=self._source.name,
                    params=one.settings(),
                    metrics=one.metrics(),
                    files=[one.folder / REPORT, one.folder / PAGE],
                )
                self._say(f"Registered in MLflow as {registered.uri}, version {registered.version}.")
        except MirrorError as error:
            raise SearchError(f"the files are written, but MLflow has no model: {error}") from None

    def _opening(self) -> str:
        seeds = counted(self._options.seeds, "seed")
        lines = []
        for chosen in self._chosen:
            cost = chosen.cost
            lines.append(
                f"Trial {chosen.trial} of study {self._source.name!r}: {chosen.words}; "
                f"{with_unit(cost.flops)}FLOPs, {with_unit(cost.parameters)} parameters."
            )
        return "\n".join([*lines, f"{counted(self._epochs, 'epoch')} of training, {seeds}."])

    def _close(self, exported: Sequence[ExportedNetwork]) -> None:
        if self._whole_front:
            self._console.print(tables.retrained(exported))
        else:
            self._console.print(tables.files(exported[0]))
            self._say(exported[0].words())
        self._say(f"Written to {self._folder}; {self._folder / PAGE} shows it all.")

    def _say(self, text: str) -> None:
        say(self._console, text)

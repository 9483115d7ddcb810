"""One export from start to end: select on the front, train, test once, write the files, register the models."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from mlflow_runs.errors import MirrorError
from search.cli import output_file
from search.cli.export_config import BEST_TEACHER, ExportConfig
from search.cli.messages import say
from search.cli.stopping import StopRequest
from search.devices.conversion_check import unwritable_formats
from search.devices.formats import check_installed, is_installed
from search.devices.latency import LATENCY_FORMAT
from search.errors import SearchError
from search.exporting import page, tables
from search.exporting.evaluation import Evaluation, trained_model
from search.exporting.exported_network import (
    ExportedNetwork,
    search_and_validation_correlation,
    still_on_front,
)
from search.exporting.final_training import TrainingStore
from search.exporting.folder import PAGE, REPORT, TEACHER, UNFINISHED, new_export_folder, write_json
from search.exporting.network_selection import NetworkSelection, flops_and_latency_correlation
from search.exporting.source_study import SourceStudy
from search.exporting.teacher import choose_teacher
from search.exporting.training_plan import EPOCHS_FACTOR, TrainingPlan
from search.optimizer.study.selection import Budget
from search.quantities import counted, listed
from search.results import TrainedNetwork
from search.results.cost_words import cost_words
from search.results.record import versions
from search.training.environment import import_tensorflow, prepare
from search.training.pruning import SMALLEST_KERNEL, is_prunable

MOST_NAMED = 5
"""Networks that a message names."""

EXAMPLE_IMAGES = 4
"""Images that are stored with a registered model, as an example of its input."""


class ExportSession:
    """An export that a person has asked for.

    Args:
        config: Its settings.
        console: Where messages are printed.
        command: The command that asks for it again.
    Raises:
        SearchError, DataError, ValueError: If it can't start. Nothing is written then.
    """

    def __init__(self, config: ExportConfig, console: Console, *, command: str) -> None:
        prepare()
        self._config, self._console, self._command = config, console, command
        check_installed(config.formats)
        self._folder = new_export_folder(config.output)
        self._study = SourceStudy(config)
        self._selection = NetworkSelection(self._study.trials, bounds=self._study.bounds, say=self._say)
        networks = self._select()
        self._epochs = config.epochs or EPOCHS_FACTOR * self._study.settings["epochs"]
        self._store = TrainingStore(self._folder / UNFINISHED, self._study.dataset)
        self._teacher = choose_teacher(
            config.teacher,
            networks if config.whole_front else networks[-1:],
            front=self._selection.front(timed=False),
            dataset=self._study.dataset,
        )
        self._plan = TrainingPlan(
            networks,
            only_best=not config.whole_front,
            pruned=self._networks_to_prune(networks) if config.sparsity else [],
            config=config,
            recipe=self._study.recipe,
            epochs=self._epochs,
            teacher=self._teacher,
            store=self._store,
        )

    def run(self) -> int:
        """Train, test, write and register; returns the exit status."""
        self._say_opening()
        unwritable = self._check_formats()
        with StopRequest() as stop:
            results = self._plan.train(self._study.dataset, self._console, stop)
            if stop:
                self._say(f"Stopped; finished epochs are stored. To continue:\n  {self._command}")
                return stop.exit_status
        import_tensorflow()
        evaluation = Evaluation(self._study.dataset, self._study.test_split(), formats=self._config.formats)
        exports = [
            evaluation.export(
                network,
                self._plan.of(network),
                results,
                self._folder_of(network),
                unwritable=unwritable[network.name],
            )
            for network in self._plan.networks
        ]
        self._plan.keep_teacher(self._folder / TEACHER)
        self._write_reports(exports, evaluation.labels)
        self._say_result(exports)
        try:
            self._register(exports, evaluation.images[:EXAMPLE_IMAGES])
        finally:
            self._store.clear()
        return 1 if any(export.unwritable for export in exports) else 0

    def _check_formats(self) -> dict[str, Mapping[str, str]]:
        """Formats that can't be written, with the reason, by the name of the network.

        Raises:
            SearchError: If none can be written, so that there is nothing to train for.
        """
        formats = self._config.formats
        problems = unwritable_formats([network.architecture for network in self._plan.networks], formats)
        unwritable = dict(zip((network.name for network in self._plan.networks), problems, strict=True))
        lines = [
            f"{name} can't be written in the format {format}: {problem}."
            for name, each in unwritable.items()
            for format, problem in each.items()
        ]
        if len(lines) == len(formats) * len(self._plan.networks):
            raise SearchError("\n".join([*lines, "Nothing was trained. Give other --formats."]))
        for line in lines:
            self._say(f"{line} The other files will be written.")
        return unwritable

    def _networks_to_prune(self, networks: Sequence[TrainedNetwork]) -> list[TrainedNetwork]:
        """Those with a kernel that is large enough.

        Raises:
            SearchError: If none has one.
        """
        import_tensorflow()
        pruned = [each for each in networks if is_prunable(each.architecture.build().trainable_variables)]
        unpruned = [each.name for each in networks if each not in pruned]
        small = f"no kernel of {SMALLEST_KERNEL:,} weights or more to prune"
        if not pruned:
            raise SearchError(f"{listed(unpruned, most=MOST_NAMED)} has {small}. Leave --sparsity out.")
        for name in unpruned:
            self._say(f"{name.capitalize()} has {small}, so it stays as it is.")
        return pruned

    def _select(self) -> list[TrainedNetwork]:
        config = self._config
        if config.trial is not None:
            return [self._selection.of_trial(config.trial)]
        budget = Budget(
            flops=config.max_flops,
            parameters=config.max_params,
            latency_ms=config.max_latency_ms,
            ram_bytes=config.max_ram,
            flash_bytes=config.max_flash,
        )
        return self._selection.within(budget, pick=config.pick, candidates=config.candidates)

    def _folder_of(self, network: TrainedNetwork) -> Path:
        return self._folder / network.name.replace(" ", "-") if self._config.whole_front else self._folder

    def _write_reports(self, exports: Sequence[ExportedNetwork], labels: np.ndarray) -> None:
        """Write the reports. The one at the top comes last: with it the export is finished."""
        study, about = self._study, self._about()
        about_study = {"about": about, "trials": study.trials, "objective": study.objective}
        networks = [export.network.architecture for export in exports]
        for export in exports:
            html = page.network_page(export, labels, beside=networks, **about_study)
            output_file.write(export.folder / PAGE, html)
            write_json(export.folder / REPORT, {**about, **export.to_dict()})
        if self._config.whole_front:
            members = [
                {"folder": export.folder.name, "still_on_front": on_front} | export.summary()
                for export, on_front in zip(exports, still_on_front(exports, study.objective), strict=True)
            ]
            html = page.front_page(exports, **about_study)
            output_file.write(self._folder / PAGE, html)
            expected = {"rank_correlation_of_search_and_validation": search_and_validation_correlation(exports)}
            write_json(self._folder / REPORT, {**about, **expected, "members": members})

    def _about(self) -> dict[str, Any]:
        """What all networks of this export have in common; plain data."""
        study = self._study
        front = self._selection.front(timed=is_installed(LATENCY_FORMAT))
        return {
            "study": study.name,
            "settings": {name: study.settings[name] for name in ("space", "epochs", "rungs", "train_limit", "seed")},
            "trials": len(study.trials),
            "dataset": study.dataset.name,
            "images": study.dataset.fingerprint,
            "classes": list(study.dataset.class_names),
            "recipe": asdict(study.recipe),
            "mirror_reason": study.flip_reason,
            "versions": versions(),
            "commands": [command for command in (study.command, self._command) if command],
            "front": [network.to_dict() for network in front],
            "teacher": self._plan.teacher_figures(),
            "candidates": self._plan.candidate_figures(),
            "rank_correlation_of_flops_and_latency": flops_and_latency_correlation(front),
        }

    def _register(self, exports: Sequence[ExportedNetwork], example: np.ndarray) -> None:
        """Register each network. One that can't be registered keeps none of the others from it."""
        problems = {}
        for export in exports:
            try:
                self._register_one(export, example)
            except MirrorError as error:
                problems[export.network.name] = str(error)
        if problems:
            names = listed(list(problems), most=MOST_NAMED)
            outcome = "no model is" if len(problems) == len(exports) else f"{names} could not be"
            reasons = " ".join(dict.fromkeys(problems.values()))
            raise SearchError(f"the files are written, but {outcome} registered in MLflow: {reasons}")

    def _register_one(self, export: ExportedNetwork, example: np.ndarray) -> None:
        from mlflow_runs.registry import register
        from search.devices.deployable import deployable

        registered = register(
            deployable(trained_model(export.trainings[export.best])),
            example=example,
            name=self._study.name,
            tracking_uri=self._config.tracking_uri,
            experiment=self._config.experiment,
            alias=export.folder.name if self._config.whole_front else self._config.alias,
            study=self._study.name,
            params=export.settings(),
            metrics=export.metrics(),
            files=[export.folder / REPORT, export.folder / PAGE],
        )
        self._say(f"Registered in MLflow as {registered.uri}, version {registered.version}.")

    def _say_opening(self) -> None:
        for network in self._plan.networks:
            costs = cost_words(network.cost)
            self._say(f"Trial {network.trial} of study {self._study.name!r}: {network.words}; {costs}.")
        if not self._config.whole_front and len(self._plan.networks) > 1:
            self._say("Short trainings choose one of them.")
        self._say(f"{counted(self._epochs, 'epoch')} of training, {counted(self._config.seeds, 'seed')}.")
        if self._teacher:
            self._say(f"Teacher: {self._teacher.description()}.")
        elif self._config.teacher == BEST_TEACHER:
            self._say("No network that could teach costs 3 to 10 times as much, so it learns from the labels alone.")

    def _say_result(self, exports: Sequence[ExportedNetwork]) -> None:
        if self._config.whole_front:
            self._console.print(tables.retrained_front_table(exports, self._study.objective))
        else:
            self._console.print(tables.files_table(exports[0]))
            if figures := exports[0].microcontroller:
                self._say("\n".join(figures.lines()))
            self._say(exports[0].words())
        for export in exports:
            for format, problem in export.unwritable.items():
                self._say(f"Not written: {format} of {export.network.name}: {problem}.")
        self._say(f"Written to {self._folder}. Open {self._folder / PAGE} for the whole report.")

    def _say(self, text: str) -> None:
        say(self._console, text)

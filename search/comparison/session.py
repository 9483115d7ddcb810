"""One comparison from start to end: networks, trainings, one test, tables, figures and MLflow."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console

from mlflow_runs.comparison import ComparedRun, log_comparison
from mlflow_runs.errors import MirrorError
from search.cli import output_file
from search.cli.compare_config import CompareConfig
from search.cli.messages import page_to_open, say
from search.cli.shell_command import ui_command
from search.cli.stopping import StopRequest
from search.cli.storage import stored_study
from search.comparison import tables
from search.comparison.evaluated_network import EvaluatedNetwork, evaluate
from search.comparison.headline import cost_sentences
from search.comparison.importance import importances
from search.comparison.networks import (
    NamedNetwork,
    exported_networks,
    knee_and_best,
    reference_networks,
    without_duplicates,
)
from search.comparison.result import DATA, PAGE, ComparisonResult
from search.comparison.rules import NOT_TESTED, judge_rules
from search.devices.calibration import calibration_images
from search.devices.formats import is_installed
from search.devices.latency import LATENCY_FORMAT, measure_networks
from search.errors import SearchError
from search.exporting.final_training import FinalTraining, TrainingResult, TrainingStore, train_all
from search.exporting.folder import UNFINISHED, output_folder, write_json
from search.exporting.progress import TrainingProgress
from search.quantities import counted, with_unit
from search.running.flip_choice import choice_in_study, choice_without_study, tested_choice
from search.training.datasets import load, summary
from search.training.datasets.held_out import load_test
from search.training.environment import import_tensorflow, prepare
from search.training.recipe import RECIPES, Recipe
from search.workers.local_pool import LocalPool
from search.workers.machine import plan
from spaces.network import Network


class CompareSession:
    """A comparison that a person has asked for.

    Args:
        config: Its settings.
        console: Where messages are printed.
        command: The command that asks for it again.
    Attributes:
        result: After `run`; None if it was stopped.
    Raises:
        SearchError, DataError, ValueError: If it can't start. Nothing is written then.
    """

    def __init__(self, config: CompareConfig, console: Console, *, command: str) -> None:
        prepare()
        self._config, self._console, self._command = config, console, command
        self._recipes: dict[str, Recipe] = {}  # with what was decided about mirrored images
        self._failed: dict[tuple[str, str], str] = {}
        self.result: ComparisonResult | None = None
        self._folder = _new_folder(config.output)
        self._study = stored_study(config.storage, config.study) if config.study else None
        self._dataset = load(
            config.dataset,
            data_dir=config.data_dir,
            image_size=config.image_size,
            color_mode=config.color_mode,
            seed=config.seed,
            train_limit=config.train_limit,
            # On CIFAR-10 as in the notebook: the last tenth. Other data sets may be sorted by class.
            validation="last" if config.dataset == "cifar10" else "drawn",
        )
        self._networks = self._all_networks()
        self._store = TrainingStore(self._folder / UNFINISHED, self._dataset)

    def run(self) -> int:
        """Train, test, write and log; returns the exit status."""
        self._say_opening()
        self._decide_flips()
        with StopRequest() as stop:
            results = self._train(stop)
            if stop:
                self._say(f"Stopped; finished epochs are stored. To continue:\n  {self._command}")
                return stop.exit_status
        import_tensorflow()
        self.result = self._result(results)
        files = self._write(self.result)
        self._say_result(self.result)
        try:
            self._log(self.result, files)
        finally:
            self._store.clear()
        return 1 if self.result.failures else 0

    def _all_networks(self) -> list[NamedNetwork]:
        networks = reference_networks(self._config.networks, self._dataset)
        if self._config.exported:
            networks += exported_networks(self._config.exported, self._dataset)
        elif self._study:
            networks += knee_and_best(self._study, self._dataset)
        return without_duplicates(networks)

    def _decide_flips(self) -> None:
        """Decide for each recipe whether it mirrors these images."""
        mirror, dataset = self._config.mirror, self._dataset
        choices = {name: choice_without_study(mirror, RECIPES[name], dataset) for name in self._config.recipes}
        if None in choices.values():
            of_study = self._study and choice_in_study(self._study.optuna_study, dataset)
            usual = of_study or tested_choice(dataset, seed=self._config.seed, say=self._say)
            choices = {name: choice or usual for name, choice in choices.items()}
        self._recipes = {name: replace(RECIPES[name], flip=choice.flip) for name, choice in choices.items()}
        self._dataset = replace(dataset, mirrorable=True)  # The recipes have decided.
        for name, choice in choices.items():
            self._say(f"Recipe {name}. {choice.words()}")

    def _trainings(self, network: NamedNetwork, recipe: str) -> list[FinalTraining]:
        config = self._config
        return [
            FinalTraining(network.name, network.architecture, self._recipes[recipe], config.epochs, seed)
            for seed in range(config.seed, config.seed + config.seeds)
        ]

    def _train(self, stop: StopRequest) -> Mapping[FinalTraining, TrainingResult]:
        trainings = [
            training
            for recipe in self._config.recipes
            for network in self._networks
            for training in self._trainings(network, recipe)
        ]
        epochs, done = sum(one.total_epochs for one in trainings), sum(map(self._store.epochs_done, trainings))
        with (
            LocalPool(self._dataset, plan(self._config.workers)) as pool,
            TrainingProgress(self._console, epochs=epochs, done=done) as progress,
        ):
            return train_all(
                trainings,
                self._store,
                pool,
                watch=progress.show,
                stop=lambda: bool(stop),
                on_failure=lambda training, reason: self._failed.setdefault(_trained(training), reason),
            )

    def _result(self, results: Mapping[FinalTraining, TrainingResult]) -> ComparisonResult:
        failures = [
            f"{name} could not be trained with recipe {recipe}: {reason}."
            for (name, recipe), reason in self._failed.items()
        ]
        evaluated = self._evaluate(results)
        if not evaluated:
            raise SearchError(f"no network could be trained. {failures[0]}")
        trials = self._study.trials() if self._study else []
        return ComparisonResult(
            self._title(),
            self._folder,
            self._networks,
            evaluated,
            failures,
            images=(self._dataset.name, self._dataset.fingerprint),
            command=self._command,
            rules=judge_rules(trials) if self._study else None,
            importances=importances(trials) if self._study else [],
        )

    def _evaluate(self, results: Mapping[FinalTraining, TrainingResult]) -> list[EvaluatedNetwork]:
        config = self._config
        trained = [
            (network, recipe)
            for recipe in config.recipes
            for network in self._networks
            if (network.name, recipe) not in self._failed
        ]
        if not trained:
            return []
        # The only place where a comparison reads the test split.
        test = load_test(
            config.dataset,
            data_dir=config.data_dir,
            image_size=config.image_size,
            color_mode=self._dataset.color_mode,
        )
        calibration = calibration_images(self._dataset.train_images)
        latencies = _latencies({network.name: network.architecture for network, _ in trained})
        return [
            evaluate(
                network,
                recipe,
                [results[training] for training in self._trainings(network, recipe)],
                test=test,
                calibration=calibration,
                latency_ms=latencies.get(network.name),
            )
            for network, recipe in trained
        ]

    def _write(self, result: ComparisonResult) -> list[Path]:
        """Write all files, and return their paths."""
        contents = result.files()
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            output_file.write(self._folder / name, content)
        write_json(self._folder / DATA, result.to_dict())
        return [self._folder / name for name in (*contents, DATA)]

    def _log(self, result: ComparisonResult, files: Sequence[Path]) -> None:
        try:
            address = log_comparison(
                [_mlflow_run(network, row) for network, row in zip(result.evaluated, result.rows, strict=True)],
                name=f"compare-{self._config.study or self._dataset.name}",
                headline=result.headline,
                tracking_uri=self._config.tracking_uri,
                experiment=self._config.experiment,
                files=files,
                pictures=[file.name for file in files if file.name.startswith("accuracy-")],
            )
        except MirrorError as error:
            raise SearchError(f"the files are written, but MLflow could not log the comparison: {error}") from None
        command = ui_command(self._config.tracking_uri, experiment=self._config.experiment)
        self._say(page_to_open(address, command))

    def _title(self) -> str:
        study = f" and study {self._config.study}" if self._config.study else ""
        return f"Standard and separable convolutions on {self._dataset.name}{study}"

    def _say_opening(self) -> None:
        config = self._config
        for line in summary(self._dataset):
            self._say(line)
        for network in self._networks:
            cost = network.architecture.cost()
            self._say(
                f"{network.name}: {network.architecture.words()}; {with_unit(cost.multiply_adds)} multiply-adds, "
                f"{with_unit(cost.parameters)} parameters."
            )
        epochs, recipes = counted(config.epochs, "epoch"), " and ".join(config.recipes)
        self._say(f"{epochs} with recipe {recipes}, {counted(config.seeds, 'seed')} each.")

    def _say_result(self, result: ComparisonResult) -> None:
        caption = (
            "MACs: multiply-adds. ms: milliseconds for one image. Fewer, more, and difference in percentage points: "
            f"compared to {result.rows[0]['network']} with the same recipe."
        )
        cells = [tables.cells(row) for row in result.rows]
        self._console.print(tables.terminal_table(tables.COLUMNS, cells, caption=caption))
        for sentence in (*cost_sentences(result.networks), *result.failures):
            self._say(sentence)
        if result.rules:
            epochs = counted(result.rules[0].epochs, "epoch")
            caption = f"From {result.rules[0].trials} networks of the study after {epochs}."
            cells = [tables.rule_cells(rule) for rule in result.rules]
            self._console.print(tables.terminal_table(tables.RULE_COLUMNS, cells, caption=caption))
        elif self._study:
            self._say(NOT_TESTED)
        self._say(f"Written to {self._folder}. Open {self._folder / PAGE} for the whole report.")

    def _say(self, text: str) -> None:
        say(self._console, text)


def _trained(training: FinalTraining) -> tuple[str, str]:
    """The network and the recipe that a training is of, whatever its seed."""
    return training.name, training.recipe.name


def _latencies(architectures: Mapping[str, Network]) -> dict[str, float]:
    """Milliseconds by the network's name; empty if LiteRT is not installed."""
    if not is_installed(LATENCY_FORMAT):
        return {}
    latencies = measure_networks(list(architectures.values()))
    timed = zip(architectures, latencies, strict=True)
    return {name: latency.median_ms for name, latency in timed if math.isfinite(latency.median_ms)}


def _mlflow_run(network: EvaluatedNetwork, row: Mapping[str, Any]) -> ComparedRun:
    numbers = {name: float(value) for name, value in row.items() if isinstance(value, int | float)}
    architecture = network.network.architecture
    return ComparedRun(
        network.name,
        params={"network": architecture.words(), "recipe": network.recipe, "key": architecture.key},
        metrics={name: number for name, number in numbers.items() if math.isfinite(number)},
        curves={
            f"epoch/{name}": [epoch[name] for epoch in network.history]
            for name in ("accuracy", "loss", "validation_loss", "training_accuracy", "learning_rate")
        },
    )


def _new_folder(name: str) -> Path:
    folder = output_folder(name)
    if (folder / DATA).exists():
        raise SearchError(f"{folder} already holds a comparison. Give another --output, or remove it.")
    return folder

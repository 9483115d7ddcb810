"""One comparison from start to end: networks, trainings, one test, tables, figures and MLflow."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from mlflow_runs.comparison import ComparedRun, log_comparison
from mlflow_runs.errors import MirrorError
from search.cli import output_file
from search.cli.compare_config import CompareConfig
from search.cli.messages import say
from search.cli.shell_command import python_command
from search.cli.stopping import StopRequest
from search.cli.storage import stored_study
from search.comparison import tables
from search.comparison.evaluated_network import EvaluatedNetwork, evaluate
from search.comparison.figures import importance_png
from search.comparison.importance import importances
from search.comparison.networks import (
    NamedNetwork,
    exported_networks,
    knee_and_best,
    reference_networks,
    without_duplicates,
)
from search.comparison.page import comparison_page
from search.comparison.rules import NOT_TESTED, Rule, judge_rules
from search.devices.formats import is_installed
from search.devices.latency import LATENCY_FORMAT, measure_networks
from search.errors import SearchError
from search.exporting.exported_format import calibration_images
from search.exporting.figures import curves_png
from search.exporting.final_training import FinalTraining, TrainingResult, TrainingStore, train_all
from search.exporting.folder import UNFINISHED, output_folder, write_json
from search.exporting.progress import TrainingProgress
from search.quantities import counted, with_unit
from search.results.record import versions
from search.training.datasets import load
from search.training.datasets.held_out import load_test
from search.training.environment import import_tensorflow, prepare
from search.training.recipe import RECIPES
from search.workers.local_pool import LocalPool
from search.workers.machine import plan

TABLE, LAYERS, RULES, DATA, PAGE, IMPORTANCE = (
    "comparison.csv",
    "layers.csv",
    "rules.csv",
    "comparison.json",
    "report.html",
    "importance.png",
)

COMMAND = "search.compare"


class CompareSession:
    """A comparison that a person has asked for.

    Args:
        config: Its settings.
        console: Where messages are printed.
    Raises:
        SearchError, DataError, ValueError: If it can't start. Nothing is written then.
    """

    def __init__(self, config: CompareConfig, console: Console) -> None:
        prepare()
        self._config, self._console = config, console
        self._folder = _new_folder(config.output)
        self._study = stored_study(config.storage, config.study) if config.study else None
        self._dataset = load(
            config.dataset,
            data_dir=config.data_dir,
            image_size=config.image_size,
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
        with StopRequest() as stop:
            results = self._train(stop)
            if stop:
                self._say(f"Stopped; finished epochs are stored. To continue:\n  {python_command(COMMAND)}")
                return stop.exit_status
        import_tensorflow()
        networks = self._evaluate(results)
        rows = [network.row(tables.baseline_of(networks, network.recipe)) for network in networks]
        rules = judge_rules(self._study.trials()) if self._study else []
        files = self._write(networks, rows, rules)
        self._say_result(rows, rules)
        try:
            self._log(networks, rows, files)
        finally:
            self._store.clear()
        return 0

    def _all_networks(self) -> list[NamedNetwork]:
        networks = reference_networks(self._config.networks, self._dataset)
        if self._config.exported:
            networks += exported_networks(self._config.exported, self._dataset)
        elif self._study:
            networks += knee_and_best(self._study.trials())
        return without_duplicates(networks)

    def _trainings(self, network: NamedNetwork, recipe: str) -> list[FinalTraining]:
        config = self._config
        return [
            FinalTraining(network.name, network.architecture, RECIPES[recipe], config.epochs, seed)
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
            return train_all(trainings, self._store, pool, watch=progress.show, stop=lambda: bool(stop))

    def _evaluate(self, results: Mapping[FinalTraining, TrainingResult]) -> list[EvaluatedNetwork]:
        config = self._config
        # The only place where a comparison reads the test split.
        test = load_test(config.dataset, data_dir=config.data_dir, image_size=config.image_size)
        calibration = calibration_images(self._dataset.train_images)
        latencies = self._latencies()
        return [
            evaluate(
                network,
                recipe,
                [results[training] for training in self._trainings(network, recipe)],
                test=test,
                calibration=calibration,
                latency_ms=latencies.get(network.name),
            )
            for recipe in config.recipes
            for network in self._networks
        ]

    def _latencies(self) -> dict[str, float]:
        """Milliseconds by the network's name; empty if LiteRT is not installed."""
        if not is_installed(LATENCY_FORMAT):
            return {}
        latencies = measure_networks([network.architecture for network in self._networks])
        timed = zip(self._networks, latencies, strict=True)
        return {network.name: latency.median_ms for network, latency in timed if math.isfinite(latency.median_ms)}

    def _write(
        self, networks: Sequence[EvaluatedNetwork], rows: Sequence[Mapping[str, Any]], rules: Sequence[Rule]
    ) -> list[Path]:
        """Write all files, and return their paths."""
        importance = importances(self._study.trials()) if self._study else {}
        importance_picture = importance_png(importance) if importance else None
        curves = {
            recipe: curves_png({one.network.name: one.history for one in networks if one.recipe == recipe})
            for recipe in self._config.recipes
        }
        contents: dict[str, str | bytes] = {
            TABLE: tables.rows_csv(rows),
            LAYERS: tables.rows_csv(tables.layer_rows(self._networks)),
        }
        if rules:
            contents[RULES] = tables.rows_csv([asdict(rule) for rule in rules])
        contents[PAGE] = comparison_page(
            self._title(),
            networks,
            rows,
            curves=curves,
            rules=rules if self._study else None,
            importance=importance_picture,
            command=python_command(COMMAND),
            versions=versions(),
        )
        contents |= {f"curves-{recipe}.png": png for recipe, png in curves.items()}
        contents |= {IMPORTANCE: importance_picture} if importance_picture else {}
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            output_file.write(self._folder / name, content)
        write_json(self._folder / DATA, self._data(networks, rows, rules, importance))
        return [self._folder / name for name in (*contents, DATA)]

    def _data(
        self,
        networks: Sequence[EvaluatedNetwork],
        rows: Sequence[Mapping[str, Any]],
        rules: Sequence[Rule],
        importance: Mapping[str, tuple[float, float]],
    ) -> dict[str, Any]:
        """The whole comparison as plain data."""
        return {
            "networks": [{**row, "history": network.history} for row, network in zip(rows, networks, strict=True)],
            "rules": [asdict(rule) for rule in rules],
            "importances": importance,
            "dataset": self._dataset.name,
            "images": self._dataset.fingerprint,
            "command": python_command(COMMAND),
            "versions": versions(),
        }

    def _log(
        self, networks: Sequence[EvaluatedNetwork], rows: Sequence[Mapping[str, Any]], files: Sequence[Path]
    ) -> None:
        try:
            log_comparison(
                [_mlflow_run(network, row) for network, row in zip(networks, rows, strict=True)],
                name=f"compare-{self._config.study or self._dataset.name}",
                tracking_uri=self._config.tracking_uri,
                experiment=self._config.experiment,
                files=files,
            )
        except MirrorError as error:
            raise SearchError(f"the files are written, but MLflow could not log the comparison: {error}") from None

    def _title(self) -> str:
        study = f" and study {self._config.study}" if self._config.study else ""
        return f"Standard and separable convolutions on {self._dataset.name}{study}"

    def _say_opening(self) -> None:
        config = self._config
        for network in self._networks:
            cost = network.architecture.cost()
            self._say(
                f"{network.name}: {network.architecture.words()}; {with_unit(cost.multiply_adds)} multiply-adds, "
                f"{with_unit(cost.parameters)} parameters."
            )
        epochs, recipes = counted(config.epochs, "epoch"), " and ".join(config.recipes)
        self._say(f"{epochs} with recipe {recipes}, {counted(config.seeds, 'seed')} each.")

    def _say_result(self, rows: Sequence[Mapping[str, Any]], rules: Sequence[Rule]) -> None:
        caption = (
            "MACs: multiply-adds. ms: milliseconds for one image. Fewer parameters, and difference in percentage "
            f"points: compared to {rows[0]['network']} with the same recipe."
        )
        cells = [tables.cells(row) for row in rows]
        self._console.print(tables.terminal_table(tables.COLUMNS, cells, caption=caption))
        if rules:
            caption = f"From {rules[0].trials} networks of the study after {counted(rules[0].epochs, 'epoch')}."
            cells = [tables.rule_cells(rule) for rule in rules]
            self._console.print(tables.terminal_table(tables.RULE_COLUMNS, cells, caption=caption))
        elif self._study:
            self._say(NOT_TESTED)
        self._say(f"Written to {self._folder}. Open {self._folder / PAGE} for the whole report.")

    def _say(self, text: str) -> None:
        say(self._console, text)


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

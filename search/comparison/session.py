"""One comparison from start to end: networks, trainings, one look at the test split, tables and figures."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console

from mlflow_runs.comparison import ComparedRun, log_comparison
from mlflow_runs.errors import MirrorError
from search.cli import output_file
from search.cli.command_line import say
from search.cli.shell_command import typed
from search.cli.stopping import StopRequest
from search.cli.storage import stored_study
from search.comparison import outputs
from search.comparison.figures import importance_png
from search.comparison.importance import importances
from search.comparison.measured import Measured, measured
from search.comparison.networks import Network, all_different, exported, picked, references
from search.comparison.page import comparison_page
from search.comparison.rules import NOT_SPOKEN_OF, Rule, judge_rules
from search.devices.formats import is_installed
from search.devices.latency import LATENCY_FORMAT, measure_networks
from search.errors import SearchError, UsageError
from search.exporting.exported_format import calibration_images
from search.exporting.figures import curves_png
from search.exporting.final_training import FinalTraining, Store, Trained, train_all
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


class Comparison:
    """A comparison that a person has asked for.

    Args:
        options: What `search.compare` parsed.
        console: Where the person reads.
    Raises:
        SearchError, DataError, ValueError: If it can't start; nothing is written then.
    """

    def __init__(self, options, console: Console) -> None:
        prepare()
        self._options, self._console = options, console
        self._folder = _free_folder(options.output)
        self._study = stored_study(options.storage, options.study) if options.study else None
        # The notebook validates on the last tenth; other data sets may lie in the order of their classes.
        self._dataset = load(
            options.dataset,
            data_dir=options.data_dir,
            image_size=options.image_size,
            seed=options.seed,
            train_limit=options.train_limit,
            validation="last" if options.dataset == "cifar10" else "drawn",
        )
        self._networks = self._all_networks()
        self._store = Store(self._folder / UNFINISHED, self._dataset)

    def run(self) -> int:
        """Train, judge, write and log; returns the exit status."""
        self._say(self._opening())
        with StopRequest() as stop:
            trained = self._train(stop)
            if stop:
                self._say(f"Stopped; what is trained is kept. To continue:\n  {typed(COMMAND)}")
                return stop.exit_status
        import_tensorflow()
        found = self._measure(trained)
        rows = [one.row(outputs.baseline_of(found, one.recipe)) for one in found]
        rules = judge_rules(self._study.trials()) if self._study else []
        files = self._write(found, rows, rules)
        self._close(rows, rules)
        try:
            self._log(found, rows, files)
        finally:
            self._store.clear()
        return 0

    def _all_networks(self) -> list[Network]:
        networks = references(self._options.networks, self._dataset)
        if self._options.exported:
            networks += exported(self._options.exported, self._dataset)
        elif self._study:
            networks += picked(self._study.trials())
        if not networks:
            raise UsageError("there is nothing to compare. Give --networks, --exported or --study")
        return all_different(networks)

    def _wanted(self, network: Network, recipe: str) -> list[FinalTraining]:
        options = self._options
        return [
            FinalTraining(network.name, network.architecture, RECIPES[recipe], options.epochs, seed)
            for seed in range(options.seed, options.seed + options.seeds)
        ]

    def _train(self, stop: StopRequest) -> Mapping[FinalTraining, Trained]:
        wanted = [
            training
            for recipe in self._options.recipes
            for network in self._networks
            for training in self._wanted(network, recipe)
        ]
        epochs = sum(training.total_epochs for training in wanted)
        with (
            LocalPool(self._dataset, plan(self._options.workers)) as pool,
            TrainingProgress(self._console, epochs=epochs, done=sum(map(self._store.epochs_done, wanted))) as progress,
        ):
            return train_all(wanted, self._store, pool, watch=progress.show, stop=lambda: bool(stop))

    def _measure(self, trained: Mapping[FinalTraining, Trained]) -> list[Measured]:
        options = self._options
        # The one place in which a comparison opens the test split.
        test = load_test(options.dataset, data_dir=options.data_dir, image_size=options.image_size)
        calibration = calibration_images(self._dataset.train_images)
        latencies = self._latencies()
        return [
            measured(
                network,
                recipe,
                [trained[training] for training in self._wanted(network, recipe)],
                test=test,
                calibration=calibration,
                latency_ms=latencies.get(network.name),
            )
            for recipe in options.recipes
            for network in self._networks
        ]

    def _latencies(self) -> dict[str, float]:
        """Milliseconds by network; none where LiteRT is not installed."""
        if not is_installed(LATENCY_FORMAT):
            return {}
        found = measure_networks([network.architecture for network in self._networks])
        return {network.name: one.median_ms for network, one in zip(self._networks, found, strict=True)}

    def _write(self, found: Sequence[Measured], rows: Sequence[Mapping[str, Any]], rules: Sequence[Rule]) -> list[Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        curves = {
            recipe: curves_png({one.network.name: one.history for one in found if one.recipe == recipe})
            for recipe in self._options.recipes
        }
        matter = importances(self._study.trials()) if self._study else {}
        importance = importance_png(matter) if matter else None
        texts = {TABLE: outputs.rows_csv(rows), LAYERS: outputs.rows_csv(outputs.layer_rows(self._networks))}
        if rules:
            texts[RULES] = outputs.rows_csv([asdict(rule) for rule in rules])
        texts[PAGE] = comparison_page(
            self._title(),
            found,
            rows,
            curves=curves,
            rules=rules if self._study else None,
            importance=importance,
            command=typed(COMMAND),
            versions=versions(),
        )
        pictures = {f"curves-{recipe}.png": png for recipe, png in curves.items()}
        pictures |= {IMPORTANCE: importance} if importance else {}
        for name, content in {**texts, **pictures}.items():
            output_file.write(self._folder / name, content)
        data = {
            "networks": [{**row, "history": one.history} for row, one in zip(rows, found, strict=True)],
            "rules": [asdict(rule) for rule in rules],
            "importances": matter,
            "dataset": self._dataset.name,
            "images": self._dataset.fingerprint,
            "command": typed(COMMAND),
            "versions": versions(),
        }
        write_json(self._folder / DATA, data)
        return [self._folder / name for name in (*texts, *pictures, DATA)]

    def _log(self, found: Sequence[Measured], rows: Sequence[Mapping[str, Any]], files: Sequence[Path]) -> None:
        try:
            log_comparison(
                [_run(one, row) for one, row in zip(found, rows, strict=True)],
                name=f"compare-{self._options.study or self._dataset.name}",
                tracking_uri=self._options.tracking_uri,
                experiment=self._options.experiment,
                files=files,
            )
        except MirrorError as error:
            raise SearchError(f"the files are written, but MLflow has no run: {error}") from None

    def _title(self) -> str:
        beside = f" and study {self._options.study}" if self._options.study else ""
        return f"Standard and separable convolutions on {self._dataset.name}{beside}"

    def _opening(self) -> str:
        lines = []
        for network in self._networks:
            cost = network.architecture.cost()
            lines.append(
                f"{network.name}: {network.architecture.words()}; {with_unit(cost.multiply_adds)} multiply-adds, "
                f"{with_unit(cost.parameters)} parameters."
            )
        options = self._options
        recipes = " and ".join(options.recipes)
        lines.append(
            f"{counted(options.epochs, 'epoch')} with recipe {recipes}, {counted(options.seeds, 'seed')} each."
        )
        return "\n".join(lines)

    def _close(self, rows: Sequence[Mapping[str, Any]], rules: Sequence[Rule]) -> None:
        cells = [outputs.cells(row) for row in rows]
        caption = (
            "MACs: multiply-adds. ms: of one image. Fewer parameters, and difference in points: beside "
            f"{rows[0]['network']} under the same recipe."
        )
        self._console.print(outputs.terminal_table(outputs.COLUMNS, cells, caption=caption))
        if rules:
            said = [outputs.rule_cells(rule) for rule in rules]
            caption = f"From {rules[0].trials} networks of the study after {counted(rules[0].epochs, 'epoch')}."
            self._console.print(outputs.terminal_table(outputs.RULE_COLUMNS, said, caption=caption))
        elif self._study:
            self._say(NOT_SPOKEN_OF)
        self._say(f"Written to {self._folder}; {self._folder / PAGE} shows it all.")

    def _say(self, text: str) -> None:
        say(self._console, text)


def _run(one: Measured, row: Mapping[str, Any]) -> ComparedRun:
    numbers = {key: float(value) for key, value in row.items() if isinstance(value, int | float)}
    curves = {
        f"epoch/{name}": [epoch[name] for epoch in one.history]
        for name in ("accuracy", "loss", "validation_loss", "training_accuracy", "learning_rate")
    }
    params = {"network": one.network.architecture.words(), "recipe": one.recipe, "key": one.network.architecture.key}
    return ComparedRun(one.name, params, {k: v for k, v in numbers.items() if math.isfinite(v)}, curves)


def _free_folder(name: str) -> Path:
    folder = output_folder(name)
    if (folder / DATA).exists():
        raise SearchError(f"{folder} holds a comparison already. Give another --output, or remove it.")
    return folder

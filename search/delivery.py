"""One export from start to end: choose on the front, train, test once, write the files, register the model."""

import dataclasses
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from mlflow_runs.errors import MirrorError
from search.errors import SearchError
from search.flags import say, with_unit
from search.optimizer import attributes as attr
from search.optimizer.picks import choose
from search.storage import open_storage
from search.study_record import versions
from search.training.datasets import Dataset, load, load_test
from search.training.environment import import_tensorflow, prepare
from search.training.recipe import Recipe
from search.training.trainer import PIXEL_MEAN, PIXEL_SCALE, Training
from spaces.architecture import from_dict

LONGER = 4
"""A final training is this many times as long as one of the search."""

MODEL, ARCHITECTURE, REPORT = "model.keras", "architecture.json", "report.json"


class Delivery:
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
        self._folder = _folder(options.output)
        self._study = _existing_study(options.storage, options.study)
        self._settings: dict[str, Any] = self._study.user_attrs[attr.SETTINGS]
        pick = options.pick or (None if options.max_flops or options.trial is not None else "knee")
        trials = self._study.get_trials(deepcopy=False)
        self._trial = choose(trials, pick=pick, max_flops=options.max_flops, number=options.trial)
        self._architecture = from_dict(self._trial.user_attrs[attr.ARCHITECTURE])
        self._source = options.dataset or self._settings["dataset"]
        self._dataset = self._load_dataset()
        self._recipe = Recipe(**self._settings["recipe"])
        self._epochs = options.epochs or LONGER * self._settings["epochs"]

    def run(self) -> int:
        """Train, test, write and register; returns the exit status."""
        self._say(self._opening())
        training, history, seconds = self._train()
        images, labels = self._test_split()
        model = deployable(training.model)
        report = self._report(history, seconds, test_accuracy=_accuracy(model, images, labels))
        self._write(model, report)
        self._say(self._closing(report))
        self._register(model, images[:4], report)
        return 0

    def _train(self):
        import_tensorflow()
        training = Training(self._architecture, self._dataset, recipe=self._recipe, seed=self._options.seed)
        started, history = time.perf_counter(), []
        for epoch in training.until(self._epochs):
            history.append(dataclasses.asdict(epoch))
            self._say(
                f"epoch {epoch.number:3d}/{self._epochs}  validation {100 * epoch.accuracy:5.1f} %  "
                f"loss {epoch.loss:.3f}  {epoch.images_per_second:,.0f} images/s"
            )
        return training, history, time.perf_counter() - started

    def _load_dataset(self) -> Dataset:
        settings = self._settings
        dataset = load(
            self._source,
            data_dir=self._options.data_dir,
            image_size=settings["image_size"],
            seed=settings["seed"],
            train_limit=settings["train_limit"],
        )
        if dataset.fingerprint != settings["images"]:
            raise SearchError(
                f"the study was made on images with fingerprint {settings['images']}; {self._source} has "
                f"{dataset.fingerprint}. Give the study's own images with --dataset or --data-dir."
            )
        return dataset

    def _test_split(self) -> tuple[np.ndarray, np.ndarray]:
        return load_test(self._source, data_dir=self._options.data_dir, image_size=self._settings["image_size"])

    def _report(self, history: list[dict[str, Any]], seconds: float, *, test_accuracy: float) -> dict[str, Any]:
        cost = self._architecture.cost()
        return {
            "study": self._study.study_name,
            "trial": self._trial.number,
            "network": self._architecture.words(),
            "key": self._architecture.key,
            "flops": cost.flops,
            "multiply_adds": cost.multiply_adds,
            "parameters": cost.parameters,
            "peak_activation_bytes": cost.peak_activation_bytes,
            "search_accuracy": self._trial.values[0] if self._trial.values else None,
            "validation_accuracy": history[-1]["accuracy"],
            "test_accuracy": test_accuracy,
            "epochs": self._epochs,
            "seed": self._options.seed,
            "recipe": dataclasses.asdict(self._recipe),
            "seconds": round(seconds, 1),
            "dataset": self._dataset.name,
            "images": self._dataset.fingerprint,
            "classes": list(self._dataset.class_names),
            "versions": versions(),
            "history": history,
        }

    def _write(self, model, report: dict[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = self._folder / f".partial-{MODEL}"
        model.save(partial)
        os.replace(partial, self._folder / MODEL)
        _write_text(self._folder / ARCHITECTURE, self._architecture.to_json())
        _write_text(self._folder / REPORT, json.dumps(report, indent=2) + "\n")

    def _register(self, model, example: np.ndarray, report: dict[str, Any]) -> None:
        from mlflow_runs.registry import register

        numbers = ("test_accuracy", "validation_accuracy", "flops", "multiply_adds", "parameters", "seconds")
        try:
            registered = register(
                model,
                example=example,
                name=self._study.study_name,
                tracking_uri=self._options.tracking_uri,
                experiment=self._options.experiment,
                alias=self._options.alias,
                study=self._study.study_name,
                params={name: report[name] for name in ("trial", "network", "key", "epochs", "seed")},
                metrics={name: report[name] for name in numbers},
            )
            self._say(f"Registered in MLflow as {registered.uri}, version {registered.version}.")
        except MirrorError as error:
            raise SearchError(f"the files are written, but MLflow has no model: {error}") from None

    def _opening(self) -> str:
        cost = self._architecture.cost()
        return (
            f"Trial {self._trial.number} of study {self._study.study_name!r}: {self._architecture.words()}\n"
            f"{with_unit(cost.flops)}FLOPs, {with_unit(cost.parameters)} parameters; {self._epochs} epochs of training."
        )

    def _closing(self, report: dict[str, Any]) -> str:
        return (
            f"Test accuracy {100 * report['test_accuracy']:.2f} %, "
            f"validation {100 * report['validation_accuracy']:.2f} %, {with_unit(report['flops'])}FLOPs.\n"
            f"Written to {self._folder}: {MODEL}, {ARCHITECTURE}, {REPORT}."
        )

    def _say(self, text: str) -> None:
        say(self._console, text)


def deployable(model):
    """The network with its preprocessing inside: uint8 images as a camera gives them in, probabilities out."""
    import keras

    images = keras.Input(model.input_shape[1:], dtype="uint8", name="image")
    scaled = keras.layers.Rescaling(PIXEL_SCALE, offset=-PIXEL_MEAN * PIXEL_SCALE, name="scale")(images)
    return keras.Model(images, model(scaled), name="network")


def _accuracy(model, images: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(np.argmax(model.predict(images, batch_size=500, verbose=0), axis=-1) == labels))


def _existing_study(storage: str, name: str | None):
    import optuna

    opened = open_storage(storage, must_exist=True)
    names = optuna.get_all_study_names(opened)
    if name is None and len(names) == 1:
        name = names[0]
    if name not in names:
        known = ", ".join(map(repr, names[:20])) or "none"
        asked = "no --study was given" if name is None else f"there is no study {name!r}"
        raise SearchError(f"{asked}; the storage has {known}. Give one of them with --study.")
    study = optuna.load_study(study_name=name, storage=opened)
    if attr.SETTINGS not in study.user_attrs:
        raise SearchError(f"study {name!r} was not made by python -m search.run. Give one that was with --study.")
    return study


def _folder(output: str) -> Path:
    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise SearchError(f"--output must be a folder; {output} is a file. Give another name.")
    taken = [name for name in (MODEL, ARCHITECTURE, REPORT) if (folder / name).exists()]
    if taken:
        raise SearchError(
            f"{folder} holds an export already ({', '.join(taken)}). Give another --output, or remove them."
        )
    return folder


def _write_text(path: Path, text: str) -> None:
    partial = path.with_name(f".partial-{path.name}")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)

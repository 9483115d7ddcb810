"""All trainings of an export: the teacher's, those of the exported networks, and the further ones after pruning."""

import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from search.cli.export_config import ExportConfig
from search.cli.stopping import StopRequest
from search.exporting.evaluation import trained_model
from search.exporting.final_training import FinalTraining, TrainingResult, TrainingStore, train_all
from search.exporting.progress import TrainingProgress
from search.exporting.teacher import TeacherChoice, save_model
from search.results import TrainedNetwork
from search.training.datasets import Dataset
from search.training.distillation import Distillation
from search.training.recipe import Recipe
from search.workers.local_pool import LocalPool
from search.workers.machine import plan

EPOCHS_FACTOR = 4
"""Epochs of a final training, as a multiple of the search's."""

FINE_TUNING_SHARE = 0.25
"""Epochs after pruning, as a share of those before."""


class TrainingPlan:
    """What is trained for an export, and in which order.

    Args:
        networks: Those that are exported.
        pruned: Those of them that are pruned.
        config: Seeds and sparsity.
        recipe: How to train.
        epochs: For how long.
        teacher: The network that they learn from; None learns from the labels alone.
        store: Where trainings are stored.
    """

    def __init__(
        self,
        networks: Sequence[TrainedNetwork],
        *,
        pruned: Collection[TrainedNetwork],
        config: ExportConfig,
        recipe: Recipe,
        epochs: int,
        teacher: TeacherChoice | None,
        store: TrainingStore,
    ) -> None:
        self._networks, self._pruned, self._config = networks, pruned, config
        self._recipe, self._epochs, self._teacher, self._store = recipe, epochs, teacher, store

    def of(self, network: TrainedNetwork) -> list[FinalTraining]:
        """The trainings of one network, one for each seed."""
        sparsity = self._config.sparsity if network in self._pruned else 0.0
        return [
            FinalTraining(
                network.name,
                network.architecture,
                self._recipe,
                self._epochs,
                seed,
                sparsity=sparsity,
                fine_tuning=max(1, round(FINE_TUNING_SHARE * self._epochs)) if sparsity else 0,
                distillation=self._distillation_of(network),
            )
            for seed in range(self._config.seed, self._config.seed + self._config.seeds)
        ]

    @property
    def teacher_training(self) -> FinalTraining | None:
        """The teacher's; None where there is none, or where it comes from a file."""
        if self._teacher is None or self._teacher.network is None:
            return None
        return FinalTraining(
            f"the teacher, {self._teacher.words}", self._teacher.network, self._recipe, self._epochs, self._config.seed
        )

    def train(self, dataset: Dataset, console: Console, stop: StopRequest) -> Mapping[FinalTraining, TrainingResult]:
        """Do all trainings that are not finished; returns the results, those before pruning included.

        If a person stops the work, some are missing.
        """
        last = [training for network in self._networks for training in self.of(network)]
        stages = [[training.dense() for training in last]]
        if teacher := self.teacher_training:
            stages.insert(0, [teacher])
        if self._config.sparsity:
            stages.append(last)
        epochs, done = self._epochs_of(stages)
        results: dict[FinalTraining, TrainingResult] = {}
        with (
            LocalPool(dataset, plan(self._config.workers)) as pool,
            TrainingProgress(console, epochs=epochs, done=done) as progress,
        ):
            for stage in stages:
                if not stop:
                    results |= train_all(stage, self._store, pool, watch=progress.show, stop=lambda: bool(stop))
                    self._write_teacher(results)
        return results

    def keep_teacher(self, file: Path) -> None:
        """Copy the trained teacher to where later exports find it."""
        if training := self.teacher_training:
            shutil.copyfile(self._store.model_file(training), file)

    def teacher_figures(self) -> dict[str, Any] | None:
        """The teacher and how networks learn from it, as plain data; None where there is none."""
        if self._teacher is None:
            return None
        training = self.teacher_training
        result = training and self._store.result(training)
        return {
            "teacher": self._teacher.words,
            "network": training and training.architecture.words(),
            "multiply_adds": training and training.architecture.cost().multiply_adds,
            "validation_accuracy": result and result.validation_accuracy,
            "seconds": result and round(result.seconds, 1),
            "temperature": Distillation.temperature,
            "weight": Distillation.weight,
        }

    def _epochs_of(self, stages: Sequence[Sequence[FinalTraining]]) -> tuple[int, int]:
        """Epochs in all, and how many of them are stored. One training may serve as the teacher's and as its own."""
        trainings = {self._store.digest(training): training for stage in stages for training in stage}.values()
        own = [(training, 0 if not training.sparsity else training.epochs) for training in trainings]
        epochs = sum(training.total_epochs - before for training, before in own)
        return epochs, sum(max(0, self._store.epochs_done(training) - before) for training, before in own)

    def _distillation_of(self, network: TrainedNetwork) -> Distillation | None:
        if self._teacher is None or not self._teacher.teaches(network):
            return None
        if training := self.teacher_training:
            return Distillation(str(self._store.model_file(training)), self._store.digest(training))
        return self._teacher.distillation()

    def _write_teacher(self, results: Mapping[FinalTraining, TrainingResult]) -> None:
        """Write the file that the students read, once the teacher is trained."""
        training = self.teacher_training
        if training in results and not (file := self._store.model_file(training)).exists():
            save_model(trained_model(results[training]), file)

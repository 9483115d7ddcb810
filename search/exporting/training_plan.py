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
from search.exporting.successive_halving import best_of, rounds
from search.exporting.teacher import TeacherChoice, save_model
from search.results import TrainedNetwork
from search.training.datasets import Dataset
from search.training.distillation import Distillation
from search.training.environment import import_tensorflow
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
        networks: Those that are exported or, if only the best one is, those of which it is chosen; cheapest first.
        only_best: Whether only the best one is exported.
        pruned: Those of them that are pruned.
        config: Seeds and sparsity.
        recipe: How to train.
        epochs: For how long.
        teacher: The network that they learn from; None learns from the labels alone.
        store: Where trainings are stored.

    Attributes:
        networks: Those that are exported, once `train` has ended.
    """

    def __init__(
        self,
        networks: Sequence[TrainedNetwork],
        *,
        only_best: bool,
        pruned: Collection[TrainedNetwork],
        config: ExportConfig,
        recipe: Recipe,
        epochs: int,
        teacher: TeacherChoice | None,
        store: TrainingStore,
    ) -> None:
        self.networks, self._pruned, self._config = networks, pruned, config
        self._candidates = networks if only_best else []
        self._rounds = rounds(len(self._candidates), epochs=epochs) if self._candidates else []
        self._accuracies: list[dict[int, float]] = []
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
        results: dict[FinalTraining, TrainingResult] = {}
        epochs, done = self._count_epochs()
        with (
            LocalPool(dataset, plan(self._config.workers)) as pool,
            TrainingProgress(console, epochs=epochs, done=done) as progress,
        ):

            def train(stage: Sequence[FinalTraining]) -> Mapping[FinalTraining, TrainingResult]:
                return train_all(stage, self._store, pool, watch=progress.show, stop=lambda: bool(stop))

            if self._rounds:
                best, self._accuracies = best_of(
                    self._candidates, self._rounds, training_of=self._short_training, train=train
                )
                self.networks = [best] if best else []
            for stage in self._stages():
                if not stop:
                    results |= train(stage)
                    self._write_teacher(results)
        return results

    def candidate_figures(self) -> list[dict[str, Any]]:
        """The networks of which one was chosen, with their validation accuracies by epochs; plain data."""
        return [
            {"trial": network.trial, "search_accuracy": network.accuracy, "validation_accuracies": accuracies}
            for network, accuracies in zip(self._candidates, self._accuracies, strict=False)
        ]

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

    def _stages(self) -> list[list[FinalTraining]]:
        """Trainings, each stage of which needs the one before: the teacher's, those to the end, those after pruning."""
        last = [training for network in self.networks for training in self.of(network)]
        stages = [[training.dense() for training in last]]
        if teacher := self.teacher_training:
            stages.insert(0, [teacher])
        return [*stages, last] if self._config.sparsity else stages

    def _short_training(self, network: TrainedNetwork, epochs: int) -> FinalTraining:
        return FinalTraining(network.name, network.architecture, self._recipe, epochs, self._config.seed)

    def _count_epochs(self) -> tuple[int, int]:
        """Epochs in all, and how many of them are stored."""
        short = [self._short_training(one, each.epochs) for each in self._rounds for one in self._candidates]
        in_rounds = sum(each.networks * each.epochs for each in self._rounds)
        # One training may be the teacher's and a student's. One that prunes begins with the epochs before.
        trainings = {self._store.digest(each): each for stage in self._stages() for each in stage}.values()
        own = [(each, each.epochs if each.sparsity else 0) for each in trainings]
        to_the_end = sum(each.total_epochs - before for each, before in own if self._is_expected(each))
        stored = sum(max(0, self._store.epochs_done(each) - before) for each, before in own)
        return in_rounds + to_the_end, stored + sum(map(self._store.epochs_done, short))

    def _is_expected(self, training: FinalTraining) -> bool:
        """Whether it is counted as to be done: of the candidates one goes on, and each takes as many epochs."""
        others = self._candidates[1:] if self._rounds else []
        return training == self.teacher_training or training.name not in {network.name for network in others}

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
            import_tensorflow()
            save_model(trained_model(results[training]), file)

"""What a search prints before and after it trains."""

from collections.abc import Mapping

from optuna.trial import FrozenTrial

from mlflow_runs.page.address import Address
from mlflow_runs.quantities import memory
from mlflow_runs.runs.parent_description import NO_KNEE
from search.cli.search_config import SearchConfig
from search.cli.shell_command import export_command
from search.devices.boards import board_named
from search.optimizer.study.study import SearchStudy
from search.optimizer.trials import attributes as attr
from search.quantities import counted
from search.running.backend import Backend
from search.running.rung_words import rung_words
from search.running.search_task import SearchTask
from search.training.datasets import EMBEDDED, summary
from search.training.environment import cpu_precision
from spaces.hypermodel_source import has_own_fit, is_path


def nothing_left(study: SearchStudy, config: SearchConfig) -> str:
    """The message where a study has all its trials already."""
    trained = counted(len(study.trained()), "trial")
    return f"Study {study.name!r} has {trained} of {config.trials}: nothing is left to train."


def opening(study: SearchStudy, task: SearchTask, config: SearchConfig) -> str:
    """What will be searched."""
    trained = len(study.trained())
    beginning = f"continues after {counted(trained, 'trial')}" if trained else "begins"
    images = len(task.dataset.train_images)
    rungs = rung_words(task.problem.ladder.rungs, task.steps_per_epoch)
    judged = f"judged after {rungs}" if len(task.problem.ladder.rungs) > 1 else f"{rungs} each"
    return (
        f"Study {study.name!r} {beginning}: {counted(config.trials, 'network')} of space {config.space} on "
        f"{task.dataset.name}, {images:,} images, {judged}. Ctrl-C stops; the same command continues."
    )


def images(task: SearchTask, config: SearchConfig) -> list[str]:
    """Where the images are from, if they need no download; their classes and splits."""
    content = EMBEDDED.get(config.dataset)  # A folder may have the same name as one of them.
    embedded = [f"The images are embedded, nothing is downloaded: {content}."] if content else []
    return [*embedded, *summary(task.dataset)]


def limits_of_board(config: SearchConfig) -> list[str]:
    """What networks may need on the board that was named; empty without one."""
    if config.target is None:
        return []
    board = board_named(config.target)
    ram, flash = memory(config.max_ram), memory(config.max_flash)
    return [f"For {board.title}: at most {ram} of RAM for tensors and {flash} of flash."]


def machine(backend: Backend, environment: Mapping[str, str]) -> str:
    """What trains the networks.

    Args:
        backend: The workers.
        environment: The variables that `training.environment.prepare` has set.
    """
    onednn = f"TF_ENABLE_ONEDNN_OPTS={environment['TF_ENABLE_ONEDNN_OPTS']}"
    mixed = "; bfloat16 where it is faster" if backend.is_this_cpu and cpu_precision() != "float32" else ""
    return f"Trains on {backend.words}; {onednn}{mixed}."


def hypermodel_notes(task: SearchTask, config: SearchConfig) -> list[str]:
    """What the author of a KerasTuner hypermodel might not expect; empty for the program's own spaces."""
    if not is_path(config.space):
        return []
    own = "fit() and compile() are" if has_own_fit(config.space) else "compile() is"
    notes = [
        f"The hypermodel's {own} not used: recipe {task.recipe.name} trains every network, so that accuracies compare."
    ]
    if uncounted := ", ".join(task.problem.space.uncounted()):
        notes.append(
            f"FLOPs are a lower bound: the layers {uncounted} could not be counted. A network with one of them may "
            "have more FLOPs than --max-flops allows."
        )
    return notes


def page_while_searching(address: Address, command: str | None) -> str:
    """Where to watch the search.

    Args:
        address: Of the study in MLflow.
        command: Opens the page there; None if a server shows it already.
    """
    return f"To watch it in MLflow:\n  {command or address.charts}"


def stopped(study: SearchStudy, config: SearchConfig, *, command: str) -> str:
    """How to continue a search that was stopped."""
    trained = len(study.trained())
    return f"Stopped: {trained} of {config.trials} trials are stored. To continue:\n  {command}"


def result(study: SearchStudy, *, trained_now: int) -> str:
    """How good the front is, and how much was trained for it."""
    trained = f"{trained_now} trained now, {len(study.trained())} in all"
    no_knee = f" {NO_KNEE}" if study.front() and study.knee() is None else ""
    return f"Hypervolume {study.hypervolume():.4f}. {trained}{_never_trained(study.trials())}.{no_knee}"


def _never_trained(trials: list[FrozenTrial]) -> str:
    over_caps = sum(attr.OVER_CAP in trial.user_attrs for trial in trials)
    repeated = sum(attr.REPEATS in trial.user_attrs for trial in trials)
    counts = [f"{over_caps} proposals outside the caps"] * bool(over_caps) + [f"{repeated} repeated"] * bool(repeated)
    return f"; never trained: {', '.join(counts)}" if counts else ""


def page_of_result(address: Address, command: str | None) -> str:
    """Where to look at the result; arguments as of `page_while_searching`."""
    if command:
        return f"To browse the front in MLflow:\n  {command}\nwhich opens\n  {address.charts}"
    return f"To browse the front in MLflow, open\n  {address.charts}"


def how_to_export(study: SearchStudy, config: SearchConfig) -> str:
    """The command that exports a network: the knee, or the most accurate one if there is no knee."""
    pick = "best" if study.knee() is None else "knee"
    return f"To export a network:\n  {export_command(study.name, '--pick', pick, location=config.location)}"

"""The parser of a command's arguments, and the options that several commands share."""

import argparse
import dataclasses
from typing import NoReturn

from mlflow_runs.safe_text import sentence
from search.cli import argument_types
from search.cli.location import DEFAULT_EXPERIMENT, DEFAULT_STORAGE, DEFAULT_TRACKING_URI
from search.cli.settings import typed_defaults
from search.cli.shell_command import python_command
from search.errors import UsageError
from search.optimizer.sampler import registry
from search.training.datasets.color_mode import COLOR_MODES


class _HelpFormatter(argparse.ArgumentDefaultsHelpFormatter):
    def _get_help_string(self, action: argparse.Action) -> str | None:
        """The help, with the default as a person types it."""
        if action.default is None or action.default is False:
            return action.help
        text = super()._get_help_string(action)
        if text is None or not isinstance(action.default, list):
            return text
        return text.replace("%(default)s", " ".join(map(str, action.default)))


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence.

    Args:
        config: The dataclass that the options are for. An option whose name is a field's has the field's default.
        options: As `argparse.ArgumentParser` takes them.
    """

    def __init__(self, config: type | None = None, **options) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_HelpFormatter, **options)
        self._config = config
        if config is not None:
            self.set_defaults(**typed_defaults(config))

    def error(self, message: str) -> NoReturn:
        """Report a mistake in the arguments.

        Raises:
            UsageError: Always.
        """
        raise UsageError(f"{sentence(message)}. See {python_command(self.prog, ['--help'])}")

    def config_options(self) -> dict[str, argparse.Action]:
        """The options that belong to the configuration, by name; the others concern one call of the command."""
        names = {field.name for field in dataclasses.fields(self._config)} if self._config else set()
        return {action.dest: action for action in self._actions if action.dest in names}


def add_study_argument(parser: argparse.ArgumentParser) -> None:
    """Which study of a storage."""
    parser.add_argument(
        "study",
        nargs="?",
        type=argument_types.name,
        metavar="STUDY",
        help="name of the study; needed only where the storage has several",
    )


def add_storage_option(group) -> None:
    """Where a study is kept. `group` is a parser or a group of its arguments."""
    group.add_argument(
        "--storage", default=DEFAULT_STORAGE, metavar="URL", help="database that holds the study (an Optuna storage)"
    )


def add_mlflow_options(group) -> None:
    """Which MLflow. `group` is a parser or a group of its arguments."""
    group.add_argument(
        "--tracking-uri",
        type=argument_types.uri,
        default=DEFAULT_TRACKING_URI,
        metavar="URI",
        help="MLflow's store or server",
    )
    group.add_argument(
        "--experiment", type=argument_types.name, default=DEFAULT_EXPERIMENT, help="name of the MLflow experiment"
    )


def add_sampler_option(group, purpose: str) -> None:
    """Which samplers: one or more.

    Args:
        group: A parser or a group of its arguments.
        purpose: What they are for.
    """
    group.add_argument(
        "--sampler",
        type=argument_types.sampler,
        nargs="+",
        metavar="NAME|MODULE:CLASS",
        help=f"{purpose}: {', '.join(registry.SAMPLERS)}, or any sampler of Optuna's for several objectives, such as "
        "optuna.samplers:GPSampler or your own my_samplers:MySampler",
    )


def add_study_options(parser: argparse.ArgumentParser, *, study: str) -> None:
    """Which study, and where it is kept.

    Args:
        parser: The command's.
        study: Help on the study's name.
    """
    group = parser.add_argument_group("storage")
    group.add_argument("--study", type=argument_types.name, metavar="NAME", help=study)
    add_storage_option(group)
    add_mlflow_options(group)


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Which images."""
    group = parser.add_argument_group("data")
    group.add_argument(
        "--dataset",
        metavar="NAME|FOLDER",
        help="images to train on: cifar10, cluttered-digits or digits (both embedded, without a download), or a folder "
        "with one subfolder of images per class, perhaps within train/, val/ and test/",
    )
    group.add_argument(
        "--data-dir",
        metavar="FOLDER",
        help="folder that contains cifar-10-batches-py; by default the folder in CIFAR10_DIR, Keras's cache, or a "
        "download",
    )
    group.add_argument(
        "--image-size",
        type=argument_types.whole(8),
        metavar="PIXELS",
        help="width and height to which the images of a folder are resized",
    )
    group.add_argument(
        "--color-mode",
        choices=COLOR_MODES,
        help="channels of a folder's images: grayscale is one, rgb is three, auto is one if all images are grey",
    )


def add_mirror_option(group) -> None:
    """Whether images are mirrored in training. `group` is a parser or a group of its arguments."""
    group.add_argument(
        "--mirror",
        action=argparse.BooleanOptionalAction,
        help="mirror images left to right at random in training, or never; by default one-cycle mirrors where a "
        "mirrored image keeps its class, which a short training finds out for a folder, and notebook never does",
    )


def add_cluster_options(group) -> None:
    """Where to train other than on this machine."""
    group.add_argument(
        "--cluster",
        type=argument_types.cluster_address,
        metavar="auto|HOST:PORT",
        help="train on the nodes of a Ray cluster; auto is the cluster that this machine belongs to. With --workers "
        "auto, the number of workers follows the free capacity of the cluster",
    )
    group.add_argument(
        "--worker-cpus",
        type=argument_types.ray_resource,
        metavar="CPUS",
        help="CPUs for each worker on the cluster; 1 if not given",
    )
    group.add_argument(
        "--worker-gpus",
        type=argument_types.ray_resource,
        metavar="GPUS",
        help="GPUs for each worker on the cluster, or a share such as 0.25; if not given, 1 where the cluster has any",
    )

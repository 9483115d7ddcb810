"""Where a study is kept."""

from dataclasses import dataclass

DEFAULT_STORAGE = "sqlite:///search.db"
DEFAULT_TRACKING_URI = "sqlite:///mlflow.db"
DEFAULT_EXPERIMENT = "pareto-cnn-search"


@dataclass(frozen=True)
class StudyLocation:
    """Where a study's trials, its MLflow runs and its images are, as typed in the current folder.

    Attributes:
        storage: URL of Optuna's storage.
        tracking_uri: MLflow's store or server.
        experiment: MLflow's experiment.
        dataset: Folder of images; None for a built-in data set.
        data_dir: Folder that holds CIFAR-10; None searches the usual places.
    """

    storage: str = DEFAULT_STORAGE
    tracking_uri: str = DEFAULT_TRACKING_URI
    experiment: str = DEFAULT_EXPERIMENT
    dataset: str | None = None
    data_dir: str | None = None

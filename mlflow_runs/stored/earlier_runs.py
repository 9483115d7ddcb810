"""Runs that a newer one replaces."""

from typing import Any

from mlflow_runs import names
from mlflow_runs.stored.study_runs import search


def delete_earlier(client: Any, key: str, *, experiment: str, run: str) -> None:
    """Delete the other runs that have the same key.

    Args:
        client: An `MlflowClient`.
        key: The runs' tag `names.COMPARISON_KEY`, without quotation marks.
        experiment: The experiment's id.
        run: The id of the run that stays.
    """
    for earlier in list(search(client, experiment, f"tags.`{names.COMPARISON_KEY}` = '{key}'")):
        if earlier.info.run_id != run:
            client.delete_run(earlier.info.run_id)

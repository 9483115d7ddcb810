"""Made-up studies, and a real SQLite store for each test."""

from tests.mlflow_runs.made_studies import (  # noqa: F401
    _brute_front,
    _ended_study,
    _store_of_ended_study,
    _study,
    _trial,
    empty_store,
    mirrored_uri,
    reader,
    uri,
)

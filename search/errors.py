"""The search's errors that are answers to a user: one sentence, no traceback."""

from mlflow_runs.errors import BadUsage, UserError


class SearchError(UserError):
    """What was wrong, what was given, what to do. Exit status 1."""


class UsageError(SearchError, BadUsage):
    """A wrong flag or value. Exit status 2."""

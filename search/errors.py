"""Errors that are answers to a user: one sentence, no traceback."""


class SearchError(Exception):
    """What was wrong, what was given, what to do. Exit status 1."""


class UsageError(SearchError):
    """A wrong flag or value. Exit status 2."""

"""Errors that are answers to a person: one sentence, without passwords, no traceback."""


class UserError(Exception):
    """What was wrong, what was given, what to do. Exit status 1."""


class BadUsage(UserError):
    """A wrong flag or value. Exit status 2."""


class MirrorError(UserError):
    """MLflow could not be read or written; trying again later is safe."""

"""The one error of this package."""


class MirrorError(Exception):
    """MLflow could not be used. The message is one or two sentences for a person and holds no password.

    Nothing is lost by it: what MLflow holds can be written again at any time.
    """

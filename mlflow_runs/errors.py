"""What this package raises."""


class MirrorError(Exception):
    """MLflow could not be read or written. One sentence, without passwords; trying again later is safe."""

"""What a command sets for its own process and for those that it starts, whatever the user's shell says."""

import io
import os
import sys
import warnings


def set_up_process() -> None:
    """Make the settings. Libraries that are imported later, here or in a worker, depend on them."""
    os.environ["MPLBACKEND"] = "Agg"  # All figures go into files. Another backend may not be there.
    _show_no_warning_as_error()
    if isinstance(sys.stdout, io.TextIOWrapper):  # A star is no reason to end a search, where a terminal has none.
        sys.stdout.reconfigure(errors="replace")


def _show_no_warning_as_error() -> None:
    """Libraries warn when they are imported. Where a warning is an error, they can't be imported."""
    os.environ.pop("PYTHONWARNINGS", None)
    if any(option.startswith("error") for option in sys.warnoptions):
        sys.warnoptions.clear()  # `multiprocessing` gives them to its processes.
        warnings.resetwarnings()
        warnings.simplefilter("ignore")

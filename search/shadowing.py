"""Finds a file of a person's folder that Python would import in place of a package of the same name.

Python looks into the folder of a script, or the one in which `python -m` is run, before it looks among the installed
packages. This module imports nothing that such a file could hide.
"""

import importlib.machinery
import importlib.util
import os
import sys

OWN_PACKAGES = ("spaces", "mlflow_runs")
"""Of `search` itself it can't be said here: where another `search` is found, this program is not."""

PACKAGES = frozenset(
    "IPython PIL absl ai_edge_litert alembic attr certifi click cloudpickle colorlog cryptography dateutil docker "
    "fastapi filelock flask gast git google grpc h5py idna importlib_metadata jinja2 joblib jsonschema keras "
    "keras_tuner kiwisolver kt_legacy mako markdown markupsafe matplotlib ml_dtypes mlflow msgpack namex narwhals "
    "numpy onnx onnxruntime opentelemetry optree optuna packaging pandas plotext plotly psutil psycopg psycopg2 "
    "pyarrow pydantic pygments pyparsing pytz ray requests rich scipy six sklearn sqlalchemy sqlparse starlette "
    "tensorboard tensorflow termcolor tf2onnx tflite_micro threadpoolctl tqdm traitlets typing_extensions urllib3 "
    "uvicorn werkzeug wrapt yaml zipp".split()
)
"""What this program imports, and what its libraries import."""

UNUSED = frozenset(
    "antigravity cgi chunk crypt curses dbm doctest filecmp graphlib imghdr imp mailbox mailcap modulefinder "
    "netrc pipes profile pstats pty sched shelve smtplib sndhdr symtable syslog tabnanny telnetlib this tkinter "
    "trace tty turtle turtledemo uu venv wave wsgiref xmlrpc zipapp".split()
)
"""Modules of Python's own that neither imports: a file of this name does no harm."""


def check_imports() -> None:
    """End a command, or raise an error in any other program, if a file is in the way of a package that is needed.

    Raises:
        SystemExit: In a command, while `python -m` still looks for its module.
        ImportError: Otherwise.
    """
    problem = _own_package_hidden() or _other_package_hidden()
    if problem and sys.argv[:1] == ["-m"]:
        sys.exit(f"error: {problem}")
    if problem:
        raise ImportError(problem)


def _own_package_hidden() -> str:
    """The problem if another package has the name of one of ours; empty if there is none."""
    ours = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for name in OWN_PACKAGES:
        spec = importlib.util.find_spec(name)
        found = spec.origin if spec and spec.origin else ""
        if found and not os.path.samefile(os.path.dirname(os.path.dirname(_package(found))), ours):
            return _sentence(found, f"the package {name!r} of this program")
    return ""


def _package(origin: str) -> str:
    """The `__init__.py` that a module would have if it were a package."""
    return origin if os.path.basename(origin) == "__init__.py" else os.path.join(origin, "__init__.py")


def _other_package_hidden() -> str:
    if sys.flags.safe_path or not sys.path:
        return ""
    folder = sys.path[0] or os.getcwd()
    if not _is_a_persons(folder):
        return ""
    try:
        entries = set(os.listdir(folder))
    except OSError:
        return ""
    for name in sorted((sys.stdlib_module_names - UNUSED) | PACKAGES):
        if not {name, f"{name}.py"} & entries or name in sys.modules:
            continue
        spec = importlib.machinery.PathFinder.find_spec(name, [folder])
        if spec is None or spec.origin is None:  # A folder without `__init__.py` gives way to a package.
            continue
        if name in sys.stdlib_module_names:
            return _sentence(spec.origin, f"Python's own module {name!r}")
        installed = importlib.machinery.PathFinder.find_spec(name, sys.path[1:])
        if installed is not None and installed.origin != spec.origin:
            return _sentence(spec.origin, f"the installed package {name!r}")
    return ""


def _is_a_persons(folder: str) -> bool:
    """Whether Python looks there first because it runs there. A library may put its own folder first, as Ray does."""
    script = getattr(sys.modules["__main__"], "__file__", None)
    folders = [os.getcwd(), *([os.path.dirname(os.path.abspath(script))] if script else [])]
    return os.path.abspath(folder) in folders


def _sentence(file: str, hidden: str) -> str:
    if os.path.basename(file) == "__init__.py":
        file = os.path.dirname(file)
    return (
        f"{file if file.isprintable() else repr(file)} is in the way of {hidden}: Python imports it in its place. "
        "Rename it, run the command in another folder, or run it with python -P -m."
    )

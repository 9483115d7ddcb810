"""Pictures of what a person sees of a study in MLflow.

    python -m tests.mlflow_runs.screenshots --tracking-uri sqlite:///mlflow.db --study NAME --output FOLDER

Starts MLflow's page on a free port of this machine and a headless Chromium; takes about a minute.
"""

import argparse
import sys
from pathlib import Path

from search.cli.parser import add_mlflow_options
from tests.mlflow_runs import browser


def main() -> int:
    """Take the pictures; exit status 1 where no browser can be driven."""
    parser = argparse.ArgumentParser(prog="tests.mlflow_runs.screenshots", description=__doc__.partition("\n")[0])
    add_mlflow_options(parser)
    parser.add_argument("--study", required=True, help="the study's name")
    parser.add_argument("--output", required=True, type=Path, metavar="FOLDER", help="where the PNGs go")
    flags = parser.parse_args()
    if reason := browser.missing():
        print(f"error: {reason}", file=sys.stderr)
        return 1
    with browser.server(flags.tracking_uri) as server, browser.chromium() as chromium:
        where = {"tracking_uri": flags.tracking_uri, "experiment": flags.experiment, "study": flags.study}
        for path in browser.take_pictures(chromium, browser.pages(server, **where), flags.output):
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

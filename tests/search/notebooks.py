"""Runs the notebooks as a person does, and stores those outputs that are the same on every machine.

`python -m tests.search.notebooks` computes the stored outputs again.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.imports import ROOT

LESSON = Path(__file__).parent / "compare_convolutions.ipynb"
EXACT = "exact"
"""Tag of the cells that compute by arithmetic alone. They need no other cell, and their outputs are stored."""


def read(path):
    """The notebook in a file."""
    import nbformat

    return nbformat.read(path, as_version=4)


def execute(notebook, folder, *, timeout=600):
    """Run all cells in a kernel of their own, in `folder`; the outputs are in the notebook then."""
    from nbclient import NotebookClient

    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = str(ROOT)
    try:
        NotebookClient(notebook, timeout=timeout, resources={"metadata": {"path": str(folder)}}).execute()
    finally:
        os.environ.pop("PYTHONPATH") if before is None else os.environ.update(PYTHONPATH=before)


def code_cells(notebook):
    """The cells with code, in order."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def exact_cells(notebook):
    """Those whose outputs are stored."""
    return [cell for cell in code_cells(notebook) if EXACT in cell.metadata.get("tags", [])]


def texts(cell):
    """What a cell has printed or shown as text, or as a drawing."""
    return [
        output.get("text") or output["data"].get("image/svg+xml") or output["data"]["text/plain"]
        for output in cell.outputs
    ]


def run_exact_cells(path, folder):
    """The notebook of a file with nothing but its exact cells, run."""
    notebook = read(path)
    notebook.cells = exact_cells(notebook)
    execute(notebook, folder)
    return notebook


def store_outputs(path):
    """Run the exact cells of a notebook, and store their outputs in its file; other cells have none."""
    import nbformat

    notebook = read(path)
    with TemporaryDirectory() as folder:
        run = run_exact_cells(path, folder)
    outputs = {cell.id: cell.outputs for cell in run.cells}
    for cell in code_cells(notebook):
        cell.outputs, cell.execution_count = outputs.get(cell.id, []), None
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = None
    nbformat.write(notebook, path)


if __name__ == "__main__":
    store_outputs(LESSON)

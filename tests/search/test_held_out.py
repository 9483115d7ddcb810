"""A search can't reach the test split: shown by the imports. It only checks that its files can be read."""

import ast
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[2]
HELD_OUT = "search.training.datasets.held_out"
READERS = {"search/exporting/source_study.py", "search/comparison/session.py"}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def program_files():
    return {
        path.relative_to(ROOT).as_posix(): path
        for top in ("search", "spaces", "mlflow_runs")
        for path in (ROOT / top).rglob("*.py")
    }


def file_of(module):
    for candidate in (f"{module.replace('.', '/')}.py", f"{module.replace('.', '/')}/__init__.py"):
        if (ROOT / candidate).exists():
            return candidate
    return None


def reachable_from(module):
    reached, waiting = set(), [file_of(module)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [file for imported in imports_of(ROOT / name) if (file := file_of(imported))]
    return reached


def test_only_exports_and_comparisons_import_it():
    importers = {name for name, path in program_files().items() if HELD_OUT in imports_of(path)}
    assert importers == READERS


def test_functions_that_read_a_test_split_are_imported_nowhere_else():
    names = ("load_cifar10_test", "load_cluttered_digits_test", "load_digits_test", "load_folder_test")
    for name, path in program_files().items():
        if name != file_of(HELD_OUT):
            assert not [module for module in imports_of(path) if module.endswith(names)], name


def test_neither_a_search_nor_a_worker_nor_a_replay_reaches_it():
    for module in ("search.run", "search.replay", "search.workers.worker", "search.running.session"):
        files = reachable_from(module)
        assert file_of("search.optimizer.study.study") in files or module == "search.workers.worker"
        assert file_of(HELD_OUT) not in files, module
    assert file_of(HELD_OUT) in reachable_from("search.export")
    assert file_of(HELD_OUT) in reachable_from("search.compare")


def test_a_damaged_test_image_stops_a_search_before_anything_is_written(in_process, tmp_path):
    random = np.random.default_rng(0)
    for part in ("train", "test"):
        for label in ("dark", "light"):
            folder = tmp_path / "images" / part / label
            folder.mkdir(parents=True)
            for number in range(4):
                pixels = random.integers(0, 256, (16, 16, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(folder / f"{number}.png")
    (tmp_path / "images" / "test" / "dark" / "0.png").write_bytes(b"damaged")
    (tmp_path / "images" / "train" / "light" / "1.png").write_bytes(b"")
    for flags in ([], ["--dry-run"]):
        done = in_process("search.run", "--dataset", "images", "--trials", "1", *flags, folder=tmp_path)
        assert done.returncode == 1
        assert "images/test/dark/0.png is not an image" in done.stderr
        assert "images/train/light/1.png is an empty file" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["images"]

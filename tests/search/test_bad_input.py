"""Wrong flags, ranges, names, paths and files: one clear sentence, status 1 or 2, no traceback, nothing written."""

import pytest

from search.run import main

DIGITS = ["--dataset", "digits", "--trials", "1"]


def status_of(flags):
    try:
        return main(flags)
    except SystemExit as end:
        return end.code


def spoiled(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("flags", "status", "message"),
    [
        (["--trials", "0"], 2, "--trials: must be a whole number of 1 or more; got '0'"),
        (["--trials", "ten"], 2, "'ten'"),
        (["--trials", "-5"], 2, "-5"),
        (["--trials"], 2, "expected one argument"),
        (["--trails", "5"], 2, "--trails"),
        (["--trial", "5"], 2, "--trial"),
        (["stray"], 2, "stray"),
        (["--sampler", "magic"], 2, "tpe"),
        (["--sampler", "optuna.samplers"], 2, "MODULE:CLASS, such as optuna.samplers:GPSampler"),
        (["--data-dir", "none", "--sampler", "no_such:X"], 1, "there is no module 'no_such'"),
        ([*DIGITS, "--sampler", "optuna.samplers:GridSampler"], 1, "needs the arguments search_space"),
        ([*DIGITS, "--sampler", "optuna.samplers:CmaEsSampler"], 1, "multi-objective"),
        (["--space", "outer"], 2, "hybrid"),
        (["--recipe", "grandma"], 2, "notebook"),
        (["--seed", "-1"], 2, "from 0 to"),
        (["--seed", "99999999999"], 2, "from 0 to"),
        (["--seed", "1.5"], 2, "1.5"),
        (["--epochs", "0"], 2, "--epochs"),
        (["--workers", "0"], 2, "--workers"),
        (["--workers", "9999"], 2, "256"),
        (["--max-flops", "-3"], 2, "--max-flops"),
        (["--max-flops", "nan"], 2, "positive number"),
        (["--max-flops", "4 potatoes"], 2, "4 potatoes"),
        (["--max-flops", "1e999"], 2, "1e999"),
        (["--max-params", "0"], 2, "--max-params"),
        (["--image-size", "4"], 2, "--image-size"),
        (["--study", ""], 2, "printable"),
        (["--study", "a\nb"], 2, "printable"),
        (["--study", "x" * 10_000], 2, "200"),
        ([*DIGITS, "--max-flops", "10"], 1, "within the caps"),
        ([*DIGITS, "--max-params", "10"], 1, "within the caps"),
        ([*DIGITS, "--min-flops", "9M", "--max-flops", "8M"], 2, "--min-flops must be below --max-flops"),
        ([*DIGITS, "--min-flops", "24.9G", "--max-flops", "25G"], 1, "within the caps"),
        ([*DIGITS, "--data-dir", "."], 1, "data_dir"),
        ([*DIGITS, "--storage", "magic://x"], 1, "magic"),
        ([*DIGITS, "--storage", "sqlite:////dev/null/x.db"], 1, "can't be opened"),
        ([*DIGITS, "--storage", "sqlite:///garbage.db"], 1, "not a database"),
        ([*DIGITS, "--storage", "postgresql://me:secret@127.0.0.1:1/x"], 1, "me:***@"),
        ([*DIGITS, "--cluster", "ray://host:10001"], 2, "HOST:PORT"),
        ([*DIGITS, "--worker-gpus", "0.25"], 2, "--cluster auto"),
        ([*DIGITS, "--cluster", "auto", "--worker-gpus", "1.5"], 2, "a share such as 0.25"),
        ([*DIGITS, "--cluster", "auto", "--dry-run"], 2, "--dry-run"),
        ([*DIGITS, "--cluster", "127.0.0.1:1"], 1, "ray start"),
        ([*DIGITS, "--tracking-uri", "http://me:secret@127.0.0.1:1"], 1, "MLflow"),
        ([*DIGITS, "--tracking-uri", "sqlite:///garbage.db"], 1, "MLflow"),
        ([*DIGITS, "--train-limit", "3"], 1, "train_limit"),
        (["--dataset", "no/such/folder"], 1, "no/such/folder"),
        (["--dataset", "garbage.db"], 1, "garbage.db"),
        (["--dataset", "empty"], 1, "empty"),
        (["--dataset", "one-class"], 1, "class"),
        (["--dataset", "broken-image"], 1, "photo"),
        (["--data-dir", "empty"], 1, "cifar-10-batches-py"),
        (["--data-dir", "truncated"], 1, "data_batch_1"),
        (["--data-dir", "hostile"], 1, "data_batch_1"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_a_wrong_option_is_one_sentence(tmp_path, monkeypatch, capfd, flags, status, message):
    spoiled(tmp_path, "garbage.db", b"this is no database, however long it may be")
    (tmp_path / "empty").mkdir()
    spoiled(tmp_path, "one-class/train/cat/photo.png", b"")
    for number in range(5):
        spoiled(tmp_path, f"broken-image/train/cat/photo{number}.png", b"no image")
        spoiled(tmp_path, f"broken-image/train/dog/photo{number}.png", b"no image")
    for name in ("batches.meta", "test_batch", *(f"data_batch_{i}" for i in range(1, 6))):
        spoiled(tmp_path, f"truncated/cifar-10-batches-py/{name}", b"\x80\x04\x95\xff")
        spoiled(tmp_path, f"hostile/cifar-10-batches-py/{name}", b"cos\nsystem\n(S'touch broken-in'\ntR.")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CIFAR10_DIR", "")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    assert status_of(flags) == status
    output, errors = capfd.readouterr()
    assert message in errors
    assert errors.startswith("error: ")
    assert len(errors.strip().splitlines()) == 1
    assert "secret" not in errors + output
    assert not (tmp_path / "broken-in").exists()
    assert (tmp_path / "garbage.db").read_bytes().startswith(b"this is no database")


def test_without_cifar10_the_error_comes_in_seconds_and_names_two_ways(tmp_path, command):
    done = command(
        "search.run",
        folder=tmp_path,
        timeout=30,
        CIFAR10_DIR="",
        KERAS_HOME=str(tmp_path / "keras"),
        HTTPS_PROXY="http://127.0.0.1:9",
        https_proxy="http://127.0.0.1:9",
    )
    assert done.returncode == 1
    assert "--data-dir" in done.stderr
    assert "python -m search.run --dataset cluttered-digits --trials 40" in done.stderr
    assert "Traceback" not in done.stderr

"""Flags from a TOML file: what is typed wins, and a wrong file is one sentence."""

import pytest

from search.errors import SearchError
from search.run import parsed


def config(folder, text):
    path = folder / "search.toml"
    path.write_text(text)
    return str(path)


def test_a_file_gives_flags_and_what_is_typed_wins(tmp_path):
    file = config(tmp_path, 'trials = 7\nmax-flops = "8M"\nseed = 3\nno_rungs = true\ndataset = "digits"\n')
    options = parsed(["--config", file, "--trials", "9"])
    assert (options.trials, options.max_flops, options.seed, options.no_rungs) == (9, 8e6, 3, True)
    assert options.epochs == parsed(["--dataset", "digits"]).epochs
    assert parsed([f"--config={file}"]).trials == 7


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("trails = 5", "there is no option 'trails'"),
        ("trials = ", "is no TOML"),
        ("[trials]\nof = 5", "trials must be one number or text"),
        ("trials = 2024-01-01", "must be one number or text"),
        ("no_rungs = 1", "must be true or false; got 1"),
        ('config = "another.toml"', "there is no option 'config'"),
        ("\x00", "is no TOML"),
        ("trials = " + "9" * 10_000, "has an endless number or nest"),
        ("trials = " + "[" * 10_000, "has an endless number or nest"),
        ("no_rungs = " + "[" * 50 + "]" * 50, "must be true or false; got [[[[...]]]]"),
        ("x" * 10_000 + " = 1", "there is no option 'xxx"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_wrong_file_is_one_sentence(tmp_path, in_process, text, said):
    done = in_process("search.run", "--config", config(tmp_path, text), folder=tmp_path)
    assert done.returncode in (1, 2)
    assert said in done.stderr and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["search.toml"]


def test_a_byte_order_mark_is_passed_over(tmp_path):
    (tmp_path / "search.toml").write_text("trials = 7", encoding="utf-8-sig")
    assert parsed(["--config", str(tmp_path / "search.toml")]).trials == 7


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_told(tmp_path, encoding):
    (tmp_path / "search.toml").write_text('study = "\xe4"', encoding=encoding)
    with pytest.raises(SearchError, match="is no TOML .it is not UTF-8."):
        parsed(["--config", str(tmp_path / "search.toml")])


def test_a_file_without_an_end_is_not_read_to_it():
    with pytest.raises(SearchError, match="/dev/zero has more than 1,000,000 characters"):
        parsed(["--config", "/dev/zero"])


def test_a_file_that_is_not_there(tmp_path, command):
    done = command("search.run", "--config", "none.toml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "none.toml can't be read" in done.stderr

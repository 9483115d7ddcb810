"""Options from a TOML file: the command line wins, and every error in the file is one sentence."""

import pytest

from search.cli.config_file import as_arguments
from search.errors import SearchError, UsageError
from search.run import parser, search_config


def config_file(folder, text):
    path = folder / "search.toml"
    path.write_text(text)
    return str(path)


def test_a_file_gives_options_and_the_command_line_wins(tmp_path):
    file = config_file(tmp_path, 'trials = 7\nmax-flops = "8M"\nseed = 3\nno_rungs = true\ndataset = "digits"\n')
    config = search_config(["--config", file, "--trials", "9"])
    assert (config.trials, config.max_flops, config.seed, config.no_rungs) == (9, 8e6, 3, True)
    assert config.epochs == search_config(["--dataset", "digits"]).epochs
    assert search_config([f"--config={file}"]).trials == 7


@pytest.mark.parametrize(
    ("values", "arguments"),
    [
        ({"trials": 7}, ["--trials=7"]),
        ({"max-flops": 8e6, "max_params": "2k"}, ["--max-flops=8000000.0", "--max-params=2k"]),
        ({"max_flops": None}, ["--max-flops=none"]),
        ({"workers": None}, ["--workers=auto"]),
        ({"study": None}, []),
        ({"no_rungs": True}, ["--no-rungs"]),
        ({"no_rungs": False}, []),
        ({"mirror": True}, ["--mirror"]),
        ({"mirror": False}, ["--no-mirror"]),
        ({"mirror": None}, []),
    ],
)
def test_values_become_the_arguments_that_a_person_would_type(values, arguments):
    assert as_arguments(parser(), values) == arguments


@pytest.mark.parametrize("name", ["config", "json", "dry_run", "help", "trails"])
def test_options_of_the_command_itself_are_unknown(name):
    with pytest.raises(UsageError, match=f"there is no option '{name}'; there are cluster, color_mode, data_dir, "):
        as_arguments(parser(), {name: True})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("trails = 5", "there is no option 'trails'"),
        ("trials = ", "is not TOML"),
        ("[trials]\nof = 5", "trials must be one number or text"),
        ("trials = 2024-01-01", "must be one number or text"),
        ("no_rungs = 1", "must be true or false; got 1"),
        ('config = "another.toml"', "there is no option 'config'"),
        ("\x00", "is not TOML"),
        ("trials = " + "9" * 10_000, "a number is too long, or a list too deep"),
        ("trials = " + "[" * 10_000, "a number is too long, or a list too deep"),
        ("no_rungs = " + "[" * 50 + "]" * 50, "must be true or false; got [[[[...]]]]"),
        ("x" * 10_000 + " = 1", "there is no option 'xxx"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_wrong_file_is_one_sentence(tmp_path, in_process, text, message):
    done = in_process("search.run", "--config", config_file(tmp_path, text), folder=tmp_path)
    assert done.returncode in (1, 2)
    assert message in done.stderr and done.stderr.count("\n") == 1 and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["search.toml"]


def test_a_byte_order_mark_is_ignored(tmp_path):
    (tmp_path / "search.toml").write_text("trials = 7", encoding="utf-8-sig")
    assert search_config(["--config", str(tmp_path / "search.toml")]).trials == 7


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_refused(tmp_path, encoding):
    (tmp_path / "search.toml").write_text('study = "\xe4"', encoding=encoding)
    with pytest.raises(SearchError, match="is not TOML .it is not UTF-8."):
        search_config(["--config", str(tmp_path / "search.toml")])


def test_an_endless_file_is_not_read_to_its_end():
    with pytest.raises(SearchError, match="/dev/zero has more than 1,000,000 characters"):
        search_config(["--config", "/dev/zero"])


def test_a_missing_file(tmp_path, in_process):
    done = in_process("search.run", "--config", "none.toml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "none.toml can't be read" in done.stderr

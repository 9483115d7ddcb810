"""MLflow's page as a person starts it: real processes over a real store."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mlflow_runs.mirror import Mirror
from mlflow_runs.page import saved_view
from mlflow_runs.stored import store
from search.ui import main
from tests.mlflow_runs.processes import command_lines, descendants, free_port, listeners, needs_proc, processes

ROOT = Path(__file__).parents[2]
EXPERIMENT = ["--experiment", "search"]
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def ui(*flags, **environment):
    """The command as a process; without a screen unless `environment` says otherwise."""
    blind = {name: value for name, value in os.environ.items() if name not in SCREENS}
    return subprocess.Popen(
        [sys.executable, "-m", "search.ui", *map(str, flags)],
        cwd=ROOT,
        env=blind | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests may ignore it, as nohup does, and a child would, too.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )


@pytest.fixture
def answered(capsys, monkeypatch):
    """Status, output and errors of a command that ends by itself, run in this process."""
    for name in SCREENS:
        monkeypatch.delenv(name, raising=False)

    def answered(*flags):
        return main([*map(str, flags)]), *capsys.readouterr()

    return answered


@contextmanager
def started(*flags, **environment):
    """The command once it has printed its address: the process and the address."""
    process = ui(*flags, **environment)
    try:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                break
        addresses = re.findall(r"^  (\S+)$", "".join(lines), flags=re.MULTILINE)
        assert len(addresses) == 1, "".join(lines) + process.stderr.read()
        yield process, addresses[0]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


@pytest.fixture
def studies(uri, study, trial):
    """Two studies of one experiment. `first` was begun and written first, but a trial of its own began last."""
    trials = {"first": [trial(n) for n in range(4)], "second": [trial(1), trial(2)]}
    for name, made in trials.items():
        Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9).update(study(made, name=name))
    return uri


@needs_proc
@pytest.mark.long
def test_the_page_is_light_and_for_this_machine_alone(studies, reader):
    port = free_port()
    with started("--tracking-uri", studies, *EXPERIMENT, "--port", port) as (process, address):
        assert address == (
            f"http://127.0.0.1:{port}/#/experiments/{reader.experiment().experiment_id}/runs"
            f"?workflowType=machine_learning&compareRunsMode=CHART&viewStateShareKey={saved_view.chart_key('first')}"
        )
        with urllib.request.urlopen(address.partition("#")[0], timeout=30) as page:
            assert page.status == 200
            assert b"MLflow" in page.read()
        children = descendants(process.pid)
        assert 1 <= len(children) <= 2
        assert listeners(port) == {"0100007F"}
        assert not [line for line in command_lines(process.pid) if str(store.sqlite_path(studies)) in line]
        assert_ends(process, signal.SIGTERM, status=143)


def assert_ends(process, number, *, status):
    """A signal ends the command soon, in silence, and all it has started."""
    children = descendants(process.pid)
    assert children
    before = time.monotonic()
    process.send_signal(number)
    assert process.wait(timeout=20) == status
    assert time.monotonic() - before < 8
    assert not children & processes().keys()
    assert process.stderr.read() == ""


@pytest.mark.long
@needs_proc
def test_a_page_that_dies_is_a_sentence_and_leaves_nothing(studies):
    with started("--tracking-uri", studies, *EXPERIMENT, "--port", free_port()) as (process, _):
        children = descendants(process.pid)
        (inner,) = (pid for pid in children if not descendants(pid))
        os.kill(inner, signal.SIGKILL)
        assert process.wait(timeout=20) == 1
        error = process.stderr.read()
        assert re.fullmatch(r"error: MLflow's page ended by itself: .+\n", error), error
        assert not children & processes().keys()


@pytest.mark.long
def test_the_study_named_is_opened_in_the_browser_and_a_taken_port_passed_by(studies, tmp_path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{opened}.part" && mv "{opened}.part" "{opened}"\n')
    browser.chmod(browser.stat().st_mode | stat.S_IXUSR)
    flags = "--tracking-uri", studies, *EXPERIMENT, "--study", "second"
    with closing(socket.socket()) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 5000))
            taken.listen()
        except OSError:
            pass  # somebody else has it, which is as good
        with started(*flags, BROWSER=f"{browser} %s") as (_, address):
            port = int(re.match(r"http://127.0.0.1:(\d+)/#/", address)[1])
            assert 5000 < port < 5100
            assert address.endswith(f"viewStateShareKey={saved_view.chart_key('second')}")
            assert opened.read_text() == address


@pytest.mark.long
@needs_proc
def test_without_a_study_the_experiments_are_shown_and_no_browser_when_told_so(uri, tmp_path):
    port = free_port()
    flags = "--tracking-uri", uri, "--port", port, "--no-browser"
    with started(*flags, BROWSER=f"touch {tmp_path}/opened %s") as (process, address):
        assert address == f"http://127.0.0.1:{port}/#/experiments"
        assert_ends(process, signal.SIGINT, status=130)
    assert not (tmp_path / "opened").exists()


def test_a_port_that_was_asked_for_and_is_taken(studies, answered):
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, out, err = answered("--tracking-uri", studies, *EXPERIMENT, "--port", port)
    assert (status, out) == (2, "")
    assert err.startswith(f"error: port {port} is taken") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("flags", "status", "message"),
    [
        (["--study", "third"], 1, "there is no study 'third' in this experiment; there are 'second', 'first'."),
        (["--study", "first", "--experiment", "other"], 1, "there is no experiment 'other' in this MLflow."),
        (["--port", "0"], 2, "must be a whole number from 1 to 65535; got '0'"),
        (["--port", "http"], 2, "must be a whole number from 1 to 65535; got 'http'"),
        (["--study", ""], 2, "must be 1 to 200 printable characters"),
    ],
)
def test_mistakes_are_a_sentence(flags, status, message, studies, answered):
    exit_status, _, err = answered("--tracking-uri", studies, *EXPERIMENT, *flags)
    assert exit_status == status
    assert message in err and err.startswith("error: ") and err.count("\n") == 1


def test_a_store_that_is_not_there_is_not_made(tmp_path, answered):
    status, out, err = answered("--tracking-uri", f"sqlite:///{tmp_path}/none/mlflow.db")
    assert (status, out) == (1, "")
    assert f"there is no MLflow store at {tmp_path}/none/mlflow.db." in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 99])
def test_a_file_that_is_no_store_is_left_alone(content, tmp_path, answered):
    path = tmp_path / "search.db"
    path.write_bytes(content)
    status, _, err = answered("--tracking-uri", f"sqlite:///{path}")
    assert status == 1
    assert f"{path} is not a store of MLflow's." in err
    assert path.read_bytes() == content and list(tmp_path.iterdir()) == [path]


@pytest.mark.long
@needs_proc
def test_a_server_is_asked_and_nothing_started(studies, reader, answered):
    port = free_port()
    with started("--tracking-uri", studies, *EXPERIMENT, "--port", port) as (process, _):
        status, out, err = answered("--tracking-uri", f"http://me:geheim@127.0.0.1:{port}/", *EXPERIMENT)
        assert_ends(process, signal.SIGHUP, status=129)
    assert (status, err) == (0, "")
    address = f"http://127.0.0.1:{port}/#/experiments/{reader.experiment().experiment_id}/runs"
    assert out.startswith(f"Study 'first':\n  {address}?")
    assert "geheim" not in out


def test_a_server_that_does_not_answer(uri, answered):
    status, _, err = answered("--tracking-uri", f"http://me:geheim@127.0.0.1:{free_port()}")
    assert status == 1
    assert "could not be read: it does not answer." in err and "geheim" not in err and err.count("\n") == 1

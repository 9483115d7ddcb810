"""What fails halfway is repaired by the next update. Nothing doubles, and no password is shown."""

import contextlib
import itertools
import socket
import threading
import traceback

import pytest

from mlflow_runs.comparison import log_comparison
from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.registry import register
from mlflow_runs.stored import store

WRITES = {"create_run", "log_batch", "log_text", "log_artifact", "set_terminated", "update_run", "set_experiment_tag"}


class Breaking:
    """A real client whose n-th write fails: before it is done, or after it, as if the answer were lost."""

    def __init__(self, client, *, at, after):
        self._client, self._left, self._after = client, at, after

    def __getattr__(self, name):
        method = getattr(self._client, name)
        return self._counted(method) if name in WRITES else method

    def _counted(self, method):
        def call(*args, **kwargs):
            self._left -= 1
            if self._left == 0 and not self._after:
                raise ConnectionError("the line is dead")
            result = method(*args, **kwargs)
            if self._left == 0:
                raise ConnectionError("the answer is lost")
            return result

        return call


@pytest.mark.long
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_write_is_repaired(uri, reader, study, trial, monkeypatch, after):
    """One study for each place of the crash: the first attempt breaks there, the second writes the rest."""
    made = [trial(0), trial(1, state="PRUNED")]
    for at in itertools.count(2 if after else 1, step=2):
        begun = study(made, name=f"study {at}")
        with monkeypatch.context() as patch:
            patch.setattr(store, "client", breaking(at=at, after=after))
            first = Mirror(tracking_uri=uri, experiment=f"search {at}", seconds_between_figures=1e9)
            try:
                first.update(begun)
                break
            except MirrorError as error:
                assert "line is dead" in str(error) or "answer is lost" in str(error)
        later = first if at % 4 < 2 else Mirror(tracking_uri=uri, experiment=f"search {at}")
        later.update(begun)
        check_whole(reader, f"search {at}")
    assert at > 8


def breaking(*, at, after):
    real = store.client
    return lambda uri: Breaking(real(uri), at=at, after=after)


def check_whole(reader, experiment):
    runs = reader.client.search_runs([reader.experiment(experiment).experiment_id])
    assert len(runs) == 4
    (curve,) = (run for run in runs if run.data.tags["pareto.front"] == "curve")
    assert curve.info.status == "FINISHED"
    assert len(reader.history(curve, "front/validation accuracy")) == 1
    runs.remove(curve)
    children = {run.data.tags["trial.number"]: run for run in runs if "trial.number" in run.data.tags}
    (parent,) = (run for run in runs if "trial.number" not in run.data.tags)
    assert {n: run.info.status for n, run in children.items()} == {"0": "FINISHED", "1": "FINISHED"}
    assert {n: run.data.tags["pareto.front"] for n, run in children.items()} == {"0": "true", "1": "false"}
    for run in children.values():
        assert [step for step, _ in reader.history(run, "epoch/loss")] == [1, 2, 3, 4, 5]
        assert len(reader.history(run, "flops")) == 1
        assert reader.artifact(run, "layers.csv")
    assert [step for step, _ in reader.history(parent, "hypervolume")] == [0, 1]
    files = {f.path for f in reader.client.list_artifacts(parent.info.run_id, "front")}
    assert files == {"front/front.csv", "front/front.png", "front/front.html"}
    assert "**" in parent.data.tags["mlflow.note.content"]


def test_duplicates_that_a_slow_server_made_are_removed(uri, reader, study, trial):
    made = study([trial(0)])
    Mirror(tracking_uri=uri, experiment="search").update(made)
    run = reader.children()[0]
    tags = {name: value for name, value in run.data.tags.items() if name != "trial.state"}
    reader.client.create_run(run.info.experiment_id, start_time=run.info.start_time, tags=tags)
    Mirror(tracking_uri=uri, experiment="search").update(made)
    assert reader.children()[0].info.run_id == run.info.run_id


def write_a_comparison(uri):
    log_comparison([], name="n", headline=[], tracking_uri=uri, experiment="search", files=[])


def write_a_model(uri):
    register(None, example=None, name="n", tracking_uri=uri, experiment="search")


@pytest.mark.parametrize("write", [write_a_comparison, write_a_model])
def test_every_writer_tries_a_server_that_breaks_off_once(write):
    """MLflow's own seven retries would take four minutes."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port, attempts = server.getsockname()[1], []
        threading.Thread(target=hang_up, args=(server, attempts), daemon=True).start()
        with pytest.raises(MirrorError, match="was not brought up to date"):
            write(f"http://127.0.0.1:{port}")
    assert len(attempts) == 1


def test_a_server_that_breaks_off_is_tried_once_and_no_password_is_shown(study, trial):
    """A search that waits for a server trains nothing meanwhile, so MLflow's own seven retries are turned off."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port, attempts = server.getsockname()[1], []
        threading.Thread(target=hang_up, args=(server, attempts), daemon=True).start()
        mirror = Mirror(tracking_uri=f"http://me:geheim@127.0.0.1:{port}", experiment="search")
        with pytest.raises(MirrorError) as caught:
            mirror.update(study([trial(0)]))
    assert len(attempts) == 1
    assert "geheim" not in str(caught.value) + "".join(traceback.format_exception(caught.value))
    assert f"me:***@127.0.0.1:{port}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert mirror.address() is None


def hang_up(server, attempts):
    """Takes connections and ends them without an answer."""
    with contextlib.suppress(OSError):
        while True:
            connection, address = server.accept()
            attempts.append(address)
            connection.close()


def test_no_password_reaches_the_store(uri, reader, study, trial):
    settings = {"storage": "postgresql://me:geheim@db.local/optuna?sslpassword=geheim"}
    reason = "OperationalError: cannot reach http://me:geheim@host"
    made = study([trial(0, state="FAIL", reason=reason)], settings=settings, name="at http://me:geheim@host")
    Mirror(tracking_uri=uri, experiment="search").update(made)
    texts = [str(run.to_dictionary()) for run in reader.runs()] + [str(reader.experiment().tags)]
    texts.append(reader.artifact(reader.parent(), "front/front.html").decode())
    assert "geheim" not in "".join(texts)
    assert "postgresql://me:***@db.local" in texts[0] + texts[1]


def test_a_file_that_is_no_store(tmp_path, study):
    path = tmp_path / "mlflow.db"
    path.write_bytes(b"this is not a database, " * 100)
    with pytest.raises(MirrorError, match="is not a store of MLflow's"):
        Mirror(tracking_uri=f"sqlite:///{path}", experiment="search").update(study([]))


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MirrorError):
        Mirror(tracking_uri=f"sqlite:///{tmp_path}/file/mlflow.db", experiment="search")


def test_a_deleted_experiment_is_named(uri, reader, study):
    Mirror(tracking_uri=uri, experiment="search").update(study([]))
    reader.client.delete_experiment(reader.experiment().experiment_id)
    with pytest.raises(MirrorError, match="'search' has been deleted; restore it"):
        Mirror(tracking_uri=uri, experiment="search").update(study([]))


def test_a_deleted_child_comes_back(uri, reader, study, trial):
    mirror = Mirror(tracking_uri=uri, experiment="search", seconds_between_figures=1e9)
    mirror.update(study([trial(0, state="RUNNING")]))
    reader.client.delete_run(reader.children()[0].info.run_id)
    with pytest.raises(MirrorError):
        mirror.update(study([trial(0)]))
    mirror.update(study([trial(0)]))
    assert reader.children()[0].info.status == "FINISHED"

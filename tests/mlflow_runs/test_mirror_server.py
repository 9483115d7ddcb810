"""The mirror against a real MLflow server, which is stopped and started again."""

import pytest

from mlflow_runs.errors import MirrorError
from mlflow_runs.mirror import Mirror
from mlflow_runs.page.local_page import LocalPage
from tests.mlflow_runs.processes import free_port


@pytest.mark.long
def test_what_an_outage_missed_is_written_and_no_password_is_printed(uri, study, trial, reader, tmp_path, capfd):
    trials, port = [trial(n) for n in range(4)], free_port()
    server = LocalPage(uri, port=port)
    address = f"http://me:geheim@127.0.0.1:{port}"
    mirror = Mirror(tracking_uri=address, experiment="search", seconds_between_figures=1e9)
    with server:
        assert server.wait_until_it_answers(lambda: False)
        mirror.update(study(trials[:1]))
    with pytest.raises(MirrorError, match="it does not answer"):
        mirror.update(study(trials[:3]))
    with server:
        assert server.wait_until_it_answers(lambda: False)
        mirror.update(study(trials, state="FINISHED"))
    assert sorted(reader.children()) == [0, 1, 2, 3]
    assert reader.parent().info.status == "FINISHED"
    assert any((tmp_path / "mlartifacts").rglob("front.html"))
    assert mirror.address().charts.startswith(f"http://127.0.0.1:{port}/#/")
    assert "geheim" not in "".join(capfd.readouterr()) + str(mirror.address())

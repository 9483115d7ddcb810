"""The made-up studies, and which tests stay together: `pytest -n auto --dist loadgroup` runs several processes."""

import gc

import pytest

pytest_plugins = ["tests.mlflow_runs.made_studies"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Those of a file that share what it sets up, and all that look at the one shared search."""
    for item in items:
        fixtures = item._fixtureinfo.name2fixturedefs
        if any(fixture.scope == "session" for fixture in fixtures.get("searched", ())):
            item.add_marker(pytest.mark.xdist_group("searched"))
        elif any(fixture.scope == "module" for each in fixtures.values() for fixture in each):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish():
    _keep()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item, nextitem):
    if nextitem is None or nextitem.path != item.path:
        _keep()


def _keep() -> None:
    """What is in memory between two files stays to the end, libraries most of all: do not look for garbage there again.

    Keras looks at all objects whenever it clears its session, which took a third of the processor's time.
    """
    gc.collect()
    gc.freeze()

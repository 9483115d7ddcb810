"""The made-up studies, and which tests stay together: `pytest -n auto --dist loadgroup` runs several processes."""

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

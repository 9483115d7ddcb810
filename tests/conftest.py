"""Which tests stay together where several processes run them: `pytest -n auto --dist loadgroup`."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Those of a file share what it sets up, and all that look at the one shared search have one process."""
    for item in items:
        shared = item._fixtureinfo.name2fixturedefs.get("searched", ())
        together = "searched" if any(fixture.scope == "session" for fixture in shared) else item.nodeid.split("::")[0]
        item.add_marker(pytest.mark.xdist_group(together))

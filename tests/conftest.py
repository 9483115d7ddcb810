"""Which tests stay together where several processes run them: `pytest -n auto --dist loadgroup`."""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Those of a file that share what it sets up, and all that look at the one shared search."""
    for item in items:
        fixtures = item._fixtureinfo.name2fixturedefs
        if any(fixture.scope == "session" for fixture in fixtures.get("searched", ())):
            item.add_marker(pytest.mark.xdist_group("searched"))
        elif any(fixture.scope == "module" for each in fixtures.values() for fixture in each):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))

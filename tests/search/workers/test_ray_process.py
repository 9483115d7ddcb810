"""What a person reads when there is no Ray cluster."""

import pytest

from search.workers.ray_process import ClusterNotFoundError, connect, no_cluster


@pytest.mark.parametrize("address", ["127.0.0.1:1", "[::1]:1", "no-such-host.invalid:6379"])
def test_an_address_at_which_nothing_listens_is_one_sentence(address):
    with pytest.raises(ClusterNotFoundError) as error:
        connect(address)
    message = str(error.value)
    assert message.startswith(f"there is no Ray cluster at {address} (") and "ray start --head" in message
    assert "\n" not in message


def test_without_an_address_none_is_named():
    assert no_cluster("auto", "why").startswith("no Ray cluster was found (why). Start one")

"""Each fake of the test kit as a program of its own, told what to do over HTTP."""

from contextlib import ExitStack
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sotalia.ops.processes import fake_service, stats_of

MODULES = ["cloudwatch", "container", "imds", "signin", "sso_oidc", "sso_portal", "sts"]


@pytest.mark.parametrize("module", MODULES)
def test_a_fake_runs_alone_and_follows_a_script(module):
    with ExitStack() as stack:
        url = fake_service(stack, module, "--latency", "0.01")
        urlopen(f"{url}/_script", b'[{"status": 418}]', timeout=20).close()
        with pytest.raises(HTTPError, match="418"):
            urlopen(f"{url}/anything", timeout=20)
        assert stats_of(url) == {"requests": 1, "throttled": 0}

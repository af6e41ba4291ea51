"""One moto server for all functional tests."""

from collections.abc import Iterator

import aws_servers as servers
import pytest


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The URL of a moto server in a process of its own."""
    with servers.moto_server() as url:
        yield url


@pytest.fixture
def aws(moto: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An environment whose clients talk to moto with keys of their own."""
    import urllib.request

    import canary

    urllib.request.urlopen(urllib.request.Request(f"{moto}/moto-api/reset", method="POST"), timeout=20).close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", canary.SECRET_KEY)
    return moto

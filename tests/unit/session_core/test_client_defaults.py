"""``defaults_mode``: what it gives, and what is asked before."""

import pytest
from sotalia import Config, Session
from sotalia.session_core.client_defaults import mode_values

DOCUMENT = {
    "base": {"connectTimeoutInMillis": 1000, "retryMode": "standard"},
    "modes": {
        "same": {},
        "set": {"connectTimeoutInMillis": {"override": 5}},
        "more": {"connectTimeoutInMillis": {"add": 5}},
        "twice": {"connectTimeoutInMillis": {"multiply": 2}},
    },
}


@pytest.mark.parametrize(("mode", "millis"), [("same", 1000), ("set", 5), ("more", 1005), ("twice", 2000)])
def test_a_mode_changes_the_base(mode: str, millis: int) -> None:
    assert mode_values(DOCUMENT, mode) == {"connectTimeoutInMillis": millis, "retryMode": "standard"}


def test_the_regional_endpoints_of_sts_that_the_modes_ask_for_are_the_default() -> None:
    session = Session(region_name="us-east-1")
    document = session.get_component("data_loader").shared("sdk-default-configuration")
    assert document["base"]["stsRegionalEndpoints"] == session.get_config_variable("sts_regional_endpoints")


def test_what_the_code_says_wins() -> None:
    config = Config(defaults_mode="mobile", connect_timeout=None, retries={"mode": "legacy", "total_max_attempts": 2})
    client = Session(region_name="us-east-1").client("s3", config=config)
    assert client.meta.config.connect_timeout is None
    assert client.meta.config.retries == {"mode": "legacy", "total_max_attempts": 2}
    assert client.meta.endpoint_url == "https://s3.us-east-1.amazonaws.com"


def test_an_instance_that_does_not_answer_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def unreachable(method: str, url: str, headers: object, timeout: float) -> None:
        asked.append(timeout)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.delenv("AWS_EXECUTION_ENV", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setattr("sotalia.providers.metadata_client.send_over_http", unreachable)
    session = Session(region_name="eu-west-1")
    for service in ("s3", "sqs", "sts"):
        client = session.client(service, config=Config(defaults_mode="auto"))
        assert client.meta.config.connect_timeout == 3.1
    assert asked == [1]


def test_an_instance_tells_its_region(monkeypatch: pytest.MonkeyPatch) -> None:
    from sotalia.providers.metadata_client import MetadataAnswer

    def answer(method: str, url: str, headers: object, timeout: float) -> MetadataAnswer:
        return MetadataAnswer(200, {}, b"token" if method == "PUT" else b"eu-west-1\n")

    monkeypatch.delenv("AWS_EXECUTION_ENV", raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setattr("sotalia.providers.metadata_client.send_over_http", answer)
    session = Session()
    timeouts = [
        session.client("s3", region_name=region, config=Config(defaults_mode="auto")).meta.config.connect_timeout
        for region in ("eu-west-1", "us-west-2")
    ]
    assert timeouts == [1.1, 3.1]

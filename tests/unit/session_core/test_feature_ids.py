"""The user agent says which features a client was made with."""

import pytest
from sotalia import Config, Session


def marks(service="sts", endpoint_url=None, **config):
    client = Session("AKID", "x", region_name="us-west-2").client(
        service, config=Config(**config), endpoint_url=endpoint_url
    )
    return next(part[2:].split(",") for part in client._state.user_agent.split() if part.startswith("m/"))


@pytest.mark.parametrize(("mode", "mark"), [("legacy", "D"), ("standard", "E"), ("adaptive", "F")])
def test_the_retry_mode(mode, mark):
    assert mark in marks(retries={"mode": mode})


def test_checksums():
    assert {"Z", "b"} < set(marks())
    options = {"request_checksum_calculation": "when_required", "response_checksum_validation": "when_required"}
    assert {"a", "c"} < set(marks(**options))


def test_an_endpoint_of_ones_own():
    assert "N" in marks(endpoint_url="http://localhost:4566")
    assert "N" not in marks()


@pytest.mark.parametrize(("mode", "mark"), [("preferred", "P"), ("disabled", "Q"), ("required", "R")])
def test_accounts_in_hosts_where_the_service_has_them(mode, mark):
    assert mark in marks("dynamodb", account_id_endpoint_mode=mode)
    assert mark not in marks("sts", account_id_endpoint_mode=mode)


def test_a_user_agent_of_ones_own_has_no_marks():
    client = Session("AKID", "x").client("sts", "us-west-2", config=Config(user_agent="mine/1", user_agent_extra="x"))
    assert client._state.user_agent == "mine/1 x"

"""A host whose clock is an hour off, against a server that refuses signatures which are more than five minutes off."""

import time

import canary
import pytest
from sotalia.components.config import Config
from sotalia.ops.testkit import FakeSTS
from sotalia.session import Session

HOURS = pytest.mark.parametrize("hours", [-1, 1])


def clock(hours):
    return lambda: time.time() + hours * 3600


@HOURS
def test_a_wrong_clock_costs_one_attempt_once(hours):
    session = Session(aws_access_key_id="AKID", aws_secret_access_key=canary.SECRET_KEY, region_name="us-east-1")
    with FakeSTS(clock=clock(hours)) as fake:
        client = session.client("sts", endpoint_url=fake.url, config=Config(retries={"total_max_attempts": 2}))
        assert client.get_caller_identity()["ResponseMetadata"]["RetryAttempts"] == 1
        assert client.get_caller_identity()["ResponseMetadata"]["RetryAttempts"] == 0
        assert fake.stats()["skewed"] == 1


@HOURS
def test_a_role_is_assumed_in_spite_of_a_wrong_clock(hours, own_environment, monkeypatch):
    (own_environment / ".aws").mkdir()
    (own_environment / ".aws" / "config").write_text(
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\ncredential_source = Environment\n"
    )
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKID")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", canary.SECRET_KEY)
    with FakeSTS(clock=clock(hours), lifetime=7200) as fake:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", fake.url)
        session = Session(profile_name="default", region_name="us-east-1")
        assert session.get_credentials().get_frozen_credentials().access_key.startswith("ASIASTS")
        assert fake.stats()["skewed"] == 1
        assert fake.stats()["requests"] == 2

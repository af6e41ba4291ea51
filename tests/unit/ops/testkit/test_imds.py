import json

from sotalia.ops.testkit import FakeIMDS

TTL = {"x-aws-ec2-metadata-token-ttl-seconds": "60"}
ROLES = "/latest/meta-data/iam/security-credentials/"


def token(fake):
    return {"x-aws-ec2-metadata-token": fake.handle("PUT", "/latest/api/token", TTL, b"").body.decode()}


def key(fake, headers):
    answer = fake.handle("GET", f"{ROLES}fleet-role", headers, b"")
    return json.loads(answer.body)["AccessKeyId"] if answer.status == 200 else answer.status


def test_tokens_are_needed_and_can_be_forgotten():
    fake = FakeIMDS()
    assert key(fake, {}) == 401
    given = token(fake)
    assert key(fake, given) == "ASIAFAKE00000001"
    fake.rotate()
    assert key(fake, given) == "ASIAFAKE00000002"
    fake.forget_tokens()
    assert key(fake, given) == 401
    assert fake.stats()["unauthorized"] == 2
    fake.stop()


def test_a_token_request_has_a_time_and_came_by_no_proxy():
    fake = FakeIMDS()
    for headers in ({}, {"x-aws-ec2-metadata-token-ttl-seconds": "0"}, {**TTL, "x-forwarded-for": "192.0.2.1"}):
        assert fake.handle("PUT", "/latest/api/token", headers, b"").status == 400
    assert fake.handle("GET", "/latest/api/token", TTL, b"").status == 405
    fake.stop()


def test_version_1_if_it_is_allowed():
    fake = FakeIMDS(allow_v1=True, token_status=403)
    assert fake.handle("PUT", "/latest/api/token", TTL, b"").status == 403
    assert key(fake, {}) == "ASIAFAKE00000001"
    assert fake.environ() == {
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": fake.url,
        "AWS_EC2_METADATA_DISABLED": "false",
    }
    fake.stop()

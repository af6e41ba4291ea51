"""Endpoints of a client's calls, and what of them is worked out again."""

import canary
import pytest
from sotalia import Config, Session, make_response
from sotalia.components.errors import EndpointResolutionError
from sotalia.components.signers.table import SignerTable
from sotalia.components.unsigned import UNSIGNED


@pytest.fixture
def session():
    return Session("AKIDEXAMPLE", canary.SECRET_KEY, region_name="eu-west-1")


def listening(session, service, body=b"", **options):
    client = session.client(service, **options)
    requests = []

    def answer(request, **_):
        requests.append(request)
        return make_response(200, body)

    client.meta.events.register("before-send", answer)
    return client, requests


def test_object_keys_do_not_defeat_the_cache_of_endpoints(session):
    client, requests = listening(session, "s3")
    resolver = client._state.endpoint._resolver
    client.head_object(Bucket="bucket", Key="first")
    before = resolver.cache_info()
    for number in range(1000):
        client.get_object(Bucket="bucket", Key=f"data/{number:06d}.parquet")
        client.put_object(Bucket="bucket", Key=f"data/{number:06d}.parquet", Body=b"x")
    after = resolver.cache_info()
    assert after.misses - before.misses <= 1, "put_object alone had not been resolved"
    assert after.hits - before.hits <= 2, "the rules were not asked again for the same bucket"
    assert len({request.url for request in requests}) == 1001
    assert {request.url.partition("/data")[0] for request in requests[1:]} == {
        "https://bucket.s3.eu-west-1.amazonaws.com"
    }


def test_auth_schemes_are_worked_out_once_per_bucket(session):
    client, _ = listening(session, "s3")
    for number in range(200):
        client.get_object(Bucket=f"bucket-{number % 4}", Key=str(number))
    assert len(client._state.auth) == 4


def test_an_operation_without_parameters_for_the_rules_has_one_endpoint(session):
    client, requests = listening(session, "sqs", b"{}")
    resolver = client._state.endpoint._resolver
    client.list_queues()
    before = resolver.cache_info()
    client.list_queues(QueueNamePrefix="q")
    assert resolver.cache_info().hits == before.hits, "the rules were not asked again"
    assert [request.url for request in requests] == ["https://sqs.eu-west-1.amazonaws.com/"] * 2


def test_builtins_that_a_handler_changes_count_for_that_call_alone(session):
    client, requests = listening(session, "sqs", b"{}")
    regions = ["us-west-2", None]

    def elsewhere(builtins, **_):
        region = regions.pop(0)
        if region is not None:
            builtins["AWS::Region"] = region

    client.list_queues()
    client.meta.events.register("before-endpoint-resolution.sqs", elsewhere)
    client.list_queues()
    client.list_queues()
    hosts = [request.url for request in requests]
    here, there = "https://sqs.eu-west-1.amazonaws.com/", "https://sqs.us-west-2.amazonaws.com/"
    assert hosts == [here, there, here]


def test_the_account_of_the_identity_is_part_of_the_endpoint():
    urls = []
    for account in ("111122223333", "444455556666", None):
        session = Session("AKIDEXAMPLE", canary.SECRET_KEY, region_name="eu-west-1", aws_account_id=account)
        client, requests = listening(session, "dynamodb", b"{}")
        for _ in range(2):
            client.list_tables()
        urls.append({request.url for request in requests})
    assert urls == [
        {"https://111122223333.ddb.eu-west-1.amazonaws.com/"},
        {"https://444455556666.ddb.eu-west-1.amazonaws.com/"},
        {"https://dynamodb.eu-west-1.amazonaws.com/"},
    ]


def test_a_required_account_that_is_missing_is_an_error_that_says_what_to_do(session):
    client, _ = listening(session, "dynamodb", b"{}", config=Config(account_id_endpoint_mode="required"))
    with pytest.raises(EndpointResolutionError, match=r"no AccountID .* aws_account_id.* to preferred"):
        client.list_tables()


def test_an_unsigned_request_has_no_account(session):
    options = Config(account_id_endpoint_mode="required", signature_version=UNSIGNED)
    client, requests = listening(session, "dynamodb", b"{}", config=options)
    client.list_tables()
    assert requests[0].url == "https://dynamodb.eu-west-1.amazonaws.com/"


def test_without_tls_only_the_services_own_endpoints_change(session):
    client, requests = listening(session, "sqs", b"{}", use_ssl=False)
    client.list_queues()
    custom, more = listening(session, "sqs", b"{}", use_ssl=False, endpoint_url="https://proxy.example:8443")
    custom.list_queues()
    assert requests[0].url == "http://sqs.eu-west-1.amazonaws.com/"
    assert more[0].url == "https://proxy.example:8443/"


def test_the_signing_of_a_call_can_be_changed_without_changing_that_of_others(session):
    client, requests = listening(session, "s3")

    def change(context, **_):
        context["signing"]["region"] = "us-gov-west-1"

    client.meta.events.register("before-call.s3.GetObject", change)
    client.get_object(Bucket="bucket", Key="a")
    client.meta.events.unregister("before-call.s3.GetObject", change)
    client.get_object(Bucket="bucket", Key="b")
    scopes = [request.headers["Authorization"].split("/")[2] for request in requests]
    assert scopes == ["us-gov-west-1", "eu-west-1"]


def test_a_token_that_comes_later_is_used(session, monkeypatch):
    client, requests = listening(session, "bedrock-runtime", b"{}", config=Config(retries={"total_max_attempts": 1}))
    call = {"modelId": "m", "messages": []}
    client.converse(**call)
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", canary.TOKEN)
    client.converse(**call)
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK")
    client.converse(**call)
    assert [request.headers["Authorization"].split(" ")[0] for request in requests] == [
        "AWS4-HMAC-SHA256",
        "Bearer",
        "AWS4-HMAC-SHA256",
    ]


def test_a_signer_that_is_registered_later_is_used(session):
    class Mine:
        def sign(self, request, identity, signing_name, region_name, now, context=None):
            request.headers["Authorization"] = "mine"

    table = SignerTable()
    session.register_component("signers", table)
    client, requests = listening(session, "sqs", b"{}")
    client.list_queues()
    table.register("v4", Mine())
    client.list_queues()
    assert [request.headers["Authorization"][:4] for request in requests] == ["AWS4", "mine"]


def test_what_is_at_hand_is_by_bucket_and_nothing_that_a_handler_changes(session):
    client, requests = listening(session, "s3")
    for bucket in ("one", "two", "one"):
        client.get_object(Bucket=bucket, Key="key")

    def move(builtins, **_):
        builtins["AWS::Region"] = "us-west-2"

    client.meta.events.register("before-endpoint-resolution.s3", move)
    client.get_object(Bucket="one", Key="key")
    client.meta.events.unregister("before-endpoint-resolution.s3", move)
    client.get_object(Bucket="one", Key="key")
    hosts = [request.url.split("/")[2] for request in requests]
    assert hosts == [
        "one.s3.eu-west-1.amazonaws.com",
        "two.s3.eu-west-1.amazonaws.com",
        "one.s3.eu-west-1.amazonaws.com",
        "one.s3.us-west-2.amazonaws.com",
        "one.s3.eu-west-1.amazonaws.com",
    ]


@pytest.mark.parametrize("account", ["111122223333", "444455556666"])
def test_an_endpoint_with_the_account_follows_the_identity(account):
    session = Session("AKIDEXAMPLE", canary.SECRET_KEY, aws_account_id=account, region_name="eu-west-1")
    client, requests = listening(session, "dynamodb", b"{}")
    for _ in range(3):
        client.get_item(TableName="table", Key={"k": {"S": "1"}})
    assert {request.url for request in requests} == {f"https://{account}.ddb.eu-west-1.amazonaws.com/"}

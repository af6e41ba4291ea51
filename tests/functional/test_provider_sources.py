"""The providers against real servers on loopback."""

import base64
import json
import socket
import time
from pathlib import Path

import pytest
from fake_source import Clock
from fake_world import World
from sotalia.components.cache_backends import open_cache
from sotalia.components.errors import ClientError, CredentialRetrievalError, InvalidIMDSEndpointError
from sotalia.components.single_flight import SharedFetch
from sotalia.ops.testkit import FakeContainerEndpoint, FakeIMDS, FakeSTS
from sotalia.providers.chain import ProviderContext, create_credential_resolver
from sotalia.providers.container import ContainerProvider
from sotalia.providers.instance_metadata import InstanceMetadataFetcher, InstanceMetadataProvider
from sotalia.providers.metadata_client import MetadataClient

SECRETS = (
    "fake-imds-secret",
    "fake-container-secret",
    "fake-imds-session-token",
    "fake-imds-token",
    "fake-sts-secret",
    "fake-sts-session",
)
ROLE = "arn:aws:iam::123456789012:role/r"


@pytest.fixture
def imds():
    with FakeIMDS() as server:
        yield server


@pytest.fixture
def endpoint():
    with FakeContainerEndpoint() as server:
        yield server


@pytest.fixture
def sts():
    with FakeSTS() as server:
        yield server


def impatient(**options):
    return MetadataClient(sleep=lambda _: None, **options)


def fetcher(imds, env=None, timeout=1.0, **config):
    return InstanceMetadataFetcher(base_url=imds.url, env=env or {}, config=config, client=impatient(timeout=timeout))


def unavailable(imds, **options):
    answer = InstanceMetadataProvider(fetcher(imds, **options)).load()
    assert not answer
    assert answer.outcome == "unavailable"
    return answer.reason


def asked(server):
    return {name: count for name, count in server.stats().items() if count and name not in ("tokens_issued", "sets")}


# iam-role


def test_three_requests_for_the_first_set(imds):
    credentials = InstanceMetadataProvider(fetcher(imds)).load()
    assert credentials.get_frozen_credentials() == (
        "ASIAFAKE00000001",
        "fake-imds-secret-1",
        "fake-imds-session-token-1",
        "123456789012",
    )
    assert credentials.method == "iam-role"
    assert asked(imds) == {"requests": 3, "token": 1, "role": 1, "credentials": 1}


def test_the_token_is_used_again_for_the_next_set(imds):
    clock = Clock(time.time())
    credentials = InstanceMetadataProvider(fetcher(imds), clock=clock).load()
    imds.clock = clock
    clock.advance(3600 - 60)
    assert credentials.access_key == "ASIAFAKE00000002"
    assert asked(imds) == {"requests": 5, "token": 1, "role": 2, "credentials": 2}


def test_a_token_that_ended_early_is_replaced(imds):
    found = fetcher(imds)
    found.fetch()
    imds.forget_tokens()
    assert found.fetch()["access_key"] == "ASIAFAKE00000001"
    assert imds.stats()["token"] == 2


def test_a_named_instance_profile_is_asked_for_by_the_extended_path(imds):
    found = fetcher(imds, ec2_instance_profile_name="fleet-role")
    assert found.fetch()["account_id"] == "123456789012"
    assert asked(imds) == {"requests": 2, "token": 1, "credentials": 1}
    assert "no credentials for the instance profile 'other'" in unavailable(imds, ec2_instance_profile_name="other")


def test_who_requires_an_account_id_tries_the_extended_path_first(imds):
    assert fetcher(imds, account_id_endpoint_mode="required").fetch()["role_name"] == "fleet-role"
    assert asked(imds) == {"requests": 3, "token": 1, "role": 1, "credentials": 1}
    imds.reset()
    imds.extended = False
    found = fetcher(imds, account_id_endpoint_mode="required")
    found.fetch()
    found.fetch()  # the extended path is not tried again
    assert asked(imds) == {"requests": 6, "token": 1, "role": 2, "credentials": 2}


def test_the_name_of_the_instance_profile_is_in_the_name_of_the_entry(imds):
    def identity(**config):
        sharing = SharedFetch(open_cache("memory"))
        return InstanceMetadataProvider(fetcher(imds, **config), sharing=sharing).cache_identity()

    assert identity() == identity()
    assert identity(ec2_instance_profile_name="a") != identity(ec2_instance_profile_name="b")


@pytest.mark.parametrize("status", [403, 404, 405])
def test_version_1_where_there_are_no_tokens(imds, status):
    imds.token_status, imds.allow_v1 = status, True
    assert fetcher(imds).fetch()["role_name"] == "fleet-role"
    assert "IMDSv1 is disabled" in unavailable(imds, ec2_metadata_v1_disabled="true")


def test_version_1_where_the_token_does_not_come_through():
    class DropsTokens(FakeIMDS):
        def respond(self, method, path, headers, body):
            if method == "PUT":
                time.sleep(0.5)
            return super().respond(method, path, headers, body)

    with DropsTokens(allow_v1=True) as imds:
        assert fetcher(imds, timeout=0.15).fetch()["access_key"] == "ASIAFAKE00000001"
        assert "no answer within 0.15 s" in unavailable(imds, timeout=0.15, ec2_metadata_v1_disabled=True)


@pytest.mark.parametrize("status", [400, 500, 503])
def test_a_refused_token_is_no_reason_for_version_1(imds, status):
    imds.token_status, imds.allow_v1 = status, True
    assert str(status) in unavailable(imds)
    assert imds.stats().get("role", 0) == 0


def test_throttling_is_named(imds):
    imds.rate = 0
    reason = unavailable(imds)
    assert reason == "instance metadata service: throttled (429 x3)"
    assert imds.stats()["throttled"] == 3


def test_a_throttled_service_is_named_in_the_trace_and_in_the_error(imds):
    imds.rate = 0
    world = World(settings={"ec2_metadata_service_endpoint": imds.url})
    chain = create_credential_resolver(ProviderContext(**world.options()))
    assert chain.load_credentials() is None
    assert "iam-role: unavailable, instance metadata service: throttled (429 x3)" in str(chain.no_credentials_error())


def test_the_other_ways_to_have_nothing(imds):
    imds.role = None
    assert "no role is attached" in unavailable(imds)
    imds.role = "r"
    for body in (b"{", b"{}", b"[]", b'"x"', b'{"AccessKeyId": "canary-secret"}', b"\xff"):
        imds.credentials_body = body
        assert unavailable(imds).startswith("instance metadata service: it answered with ")
    imds.credentials_body = b'{"Code": "AssumeRoleUnauthorizedAccess", "Message": "canary"}'
    assert "AssumeRoleUnauthorizedAccess" in unavailable(imds)
    imds.down = 404
    assert unavailable(imds)
    imds.down = 302
    assert "302" in unavailable(imds)


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        provider = InstanceMetadataProvider(InstanceMetadataFetcher(base_url=url, env={}))
        assert "unreachable (Connection refused)" in provider.load().reason


def test_somebody_there_who_is_no_http_server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def answer():
            for _ in range(1):
                connection, _ = server.accept()
                with connection:
                    connection.recv(4096)
                    connection.sendall(b"220 ftp ready\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert "unreachable" in InstanceMetadataProvider(InstanceMetadataFetcher(base_url=url, env={})).load().reason
        thread.join(5)


def test_a_slow_service(imds):
    imds.latency = 0.5
    started = time.monotonic()
    assert "no answer within 0.1 s" in unavailable(imds, timeout=0.1)
    assert time.monotonic() - started < 2


def test_switched_off(imds):
    answer = InstanceMetadataProvider(fetcher(imds, env={"AWS_EC2_METADATA_DISABLED": "TRUE"})).load()
    assert answer.outcome == "not configured"
    assert imds.stats()["requests"] == 0
    assert fetcher(imds, env={"AWS_EC2_METADATA_DISABLED": "true"}).retrieve_iam_role_credentials() == {}


@pytest.mark.parametrize("endpoint", ["nonsense", "ftp://x/", "http://", "http://[x/"])
def test_an_endpoint_that_is_none_stops_the_chain(endpoint):
    found = InstanceMetadataFetcher(env={}, config={"ec2_metadata_service_endpoint": endpoint})
    with pytest.raises(InvalidIMDSEndpointError):
        InstanceMetadataProvider(found).load()


def test_endpoints_by_mode():
    def base(**config):
        return InstanceMetadataFetcher(env={}, config=config).base_url

    assert base() == "http://169.254.169.254/"
    assert base(ec2_metadata_service_endpoint_mode="IPv6") == "http://[fd00:ec2::254]/"
    assert base(imds_use_ipv6=True) == "http://[fd00:ec2::254]/"
    assert base(ec2_metadata_service_endpoint="http://x:1/", ec2_metadata_service_endpoint_mode="ipv6") == "http://x:1/"
    with pytest.raises(Exception, match="ipv5"):
        base(ec2_metadata_service_endpoint_mode="ipv5")


def test_a_fetcher_of_somebody_else():
    class Fetcher:
        answers = [{}]

        def retrieve_iam_role_credentials(self):
            return self.answers[0]

    found = Fetcher()
    provider = InstanceMetadataProvider(iam_role_fetcher=found)
    assert not provider.load()
    found.answers[0] = {
        "role_name": "r",
        "access_key": "A",
        "secret_key": "s",
        "token": "t",
        "expiry_time": "2100-01-01T00:00:00Z",
    }
    assert provider.load().access_key == "A"
    assert provider.cache_identity() is None


# container-role


def container(endpoint, sharing=None, **environ):
    environ.setdefault("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{endpoint.uri}?x=1")
    return ContainerProvider(environ, impatient(timeout=1, attempts=3), sharing=sharing)


def test_container_credentials(endpoint):
    credentials = container(endpoint).load()
    assert credentials.access_key == "ASIAFAKE00000001"
    assert credentials.method == "container-role"
    assert credentials.account_id == "123456789012"


def test_the_token_file_is_read_again_for_every_request(endpoint, tmp_path):
    path = tmp_path / "token"
    path.write_text("first")
    endpoint.token = "first"
    clock = Clock(time.time())
    provider = container(
        endpoint,
        AWS_CONTAINER_AUTHORIZATION_TOKEN="wrong",
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(path),
    )
    provider._clock = clock
    credentials = provider.load()
    path.write_text("second")
    endpoint.token, endpoint.clock = "second", clock
    clock.advance(3600 - 30)
    assert credentials.access_key == "ASIAFAKE00000002"
    assert endpoint.stats().get("unauthorized", 0) == 0


def broken(provider, text):
    with pytest.raises(CredentialRetrievalError, match=text) as caught:
        provider.load()
    assert "canary" not in str(caught.value)


def test_a_container_endpoint_that_fails_stops_the_chain(endpoint, tmp_path):
    endpoint.token = "t"
    broken(container(endpoint), "status 401")
    broken(container(endpoint, AWS_CONTAINER_AUTHORIZATION_TOKEN="canary\r\nHost: x"), "line break")
    broken(
        container(endpoint, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(tmp_path / "gone")), "cannot be read: No such"
    )
    endpoint.token = None
    endpoint.credentials_body = b'{"SecretAccessKey": "canary"}'
    broken(container(endpoint), "a document without AccessKeyId and Token")
    endpoint.rate = 0
    broken(container(endpoint), r"throttled \(429 x3\)")


@pytest.mark.parametrize(
    ("uri", "text"),
    [
        ("http://example.com/x", "plain HTTP"),
        ("http://169.254.170.99/", "plain HTTP"),
        ("http://127.0.0.1.example.com/", "plain HTTP"),
        ("ftp://127.0.0.1/", "no http or https URL"),
        ("nonsense", "no http or https URL"),
        ("http://[x/", "no http or https URL"),
    ],
)
def test_where_a_container_may_not_send_its_token(uri, text):
    broken(ContainerProvider({"AWS_CONTAINER_CREDENTIALS_FULL_URI": uri}, impatient()), text)


@pytest.mark.parametrize(
    "uri",
    [
        "http://localhost/x",
        "http://127.9.9.9/",
        "http://[::1]:1/",
        "http://169.254.170.2/x",
        "http://169.254.170.23/v1",
        "http://[fd00:ec2::23]/",
        "https://anywhere.example/x",
    ],
)
def test_where_a_container_may_ask(uri):
    assert ContainerProvider({"AWS_CONTAINER_CREDENTIALS_FULL_URI": uri})._url() == uri


def test_the_relative_uri_goes_to_the_host_of_ecs_and_wins():
    environ = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://x/"}
    assert ContainerProvider(environ)._url() == "http://169.254.170.2/v2/x"
    broken(ContainerProvider({"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@evil.example/"}, impatient()), "slash")


def jwt(**claims):
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.sig"


def test_whom_the_token_stands_for_is_in_the_name_of_the_entry(endpoint, tmp_path):
    def identity(token, uri=endpoint.uri):
        return container(
            endpoint,
            SharedFetch(open_cache("memory")),
            AWS_CONTAINER_AUTHORIZATION_TOKEN=token,
            AWS_CONTAINER_CREDENTIALS_FULL_URI=uri,
        ).cache_identity()

    pod = jwt(iss="eks", sub="system:serviceaccount:a:b", exp=1)
    assert identity(pod) == identity(jwt(iss="eks", sub="system:serviceaccount:a:b", exp=2))
    others = [
        identity(jwt(iss="eks", sub="system:serviceaccount:a:c")),
        identity(jwt(iss="other", sub="system:serviceaccount:a:b")),
        identity("opaque-1"),
        identity("opaque-2"),
        identity("a.b.c"),
        identity(""),
        identity(pod, f"{endpoint.uri}/2"),
    ]
    assert len({found.digest() for found in [identity(pod), *others]}) == 8
    assert not [found for found in others if "opaque" in str(found.attributes)]


# assume-role, and everything through the sealed cache


def fleet_member(imds, sts, folder, clock=time.time, **settings):
    profile = {"role_arn": ROLE, "credential_source": "Ec2InstanceMetadata", **settings}
    world = World({"default": profile}, sts_url=sts.url, settings={"ec2_metadata_service_endpoint": imds.url})
    sharing = SharedFetch(open_cache("file", folder, environ={}), clock=clock)
    chain = create_credential_resolver(ProviderContext(sharing=sharing, clock=clock, **world.options()))
    chain.world = world
    return chain


def test_one_assume_role_for_all(imds, sts, tmp_path):
    chains = [fleet_member(imds, sts, tmp_path / "cache") for _ in range(8)]
    found = [chain.load_credentials() for chain in chains]
    assert sts.stats()["requests"] == 0  # nobody needed them yet
    assert {credentials.access_key for credentials in found} == {"ASIASTS000000001"}
    assert asked(sts) == {"requests": 1, "AssumeRole": 1}
    assert asked(imds) == {"requests": 3, "token": 1, "role": 1, "credentials": 1}
    assert sts.last_authorization == "Credential=ASIAFAKE00000001"
    assert sts.last_parameters["RoleSessionName"].startswith("sotalia-session-")
    assert {credentials.account_id for credentials in found} == {"123456789012"}
    assert all(client.closed for chain in chains for client in chain.world.clients)


def test_two_names_are_never_merged(imds, sts, tmp_path):
    keys = [
        fleet_member(imds, sts, tmp_path / "cache", role_session_name=name).load_credentials().access_key
        for name in ("alice", "bob", "alice")
    ]
    assert keys == ["ASIASTS000000001", "ASIASTS000000002", "ASIASTS000000001"]


def test_settings_reach_sts(imds, sts, tmp_path):
    settings = {"role_session_name": "me", "external_id": "x", "duration_seconds": "900"}
    credentials = fleet_member(imds, sts, tmp_path / "cache", **settings).load_credentials()
    credentials.get_frozen_credentials()
    sent = sts.last_parameters
    assert (sent["RoleArn"], sent["RoleSessionName"], sent["ExternalId"], sent["DurationSeconds"]) == (
        ROLE,
        "me",
        "x",
        "900",
    )
    assert 895 < (credentials.expiry_time.timestamp() - time.time()) <= 901


def test_sts_says_no(imds, sts, tmp_path):
    sts.failure = ("AccessDenied", 403)
    for _ in range(4):
        with pytest.raises(ClientError, match="AccessDenied"):
            fleet_member(imds, sts, tmp_path / "cache").load_credentials().get_frozen_credentials()
    assert sts.stats()["AssumeRole"] == 1


def test_sts_is_down_and_the_last_good_set_is_kept_by_all(imds, sts, tmp_path):
    clock = Clock(time.time())
    sts.clock = imds.clock = clock
    members = [fleet_member(imds, sts, tmp_path / "cache", clock).load_credentials() for _ in range(3)]
    assert {member.access_key for member in members} == {"ASIASTS000000001"}
    sts.down = 503
    clock.advance(3700)
    assert {member.access_key for member in members} == {"ASIASTS000000001"}
    assert {member.state for member in members} == {"stale"}
    newcomer = fleet_member(imds, sts, tmp_path / "cache", clock).load_credentials()
    assert newcomer.access_key == "ASIASTS000000001"
    sts.down = None
    clock.advance(601)
    assert {member.access_key for member in members} == {"ASIASTS000000002"}


def test_no_secret_anywhere(imds, sts, tmp_path, caplog):
    with caplog.at_level("DEBUG"):
        chain = fleet_member(imds, sts, tmp_path / "cache")
        credentials = chain.load_credentials()
        credentials.get_frozen_credentials()
        credentials.invalidate(credentials.access_key)
        sts.failure = ("AccessDenied", 403)
        with pytest.raises(ClientError) as caught:
            credentials.get_frozen_credentials()
    shown = [caplog.text, repr(credentials), repr(credentials.provenance), str(caught.value), str(chain.last_trace)]
    shown += [str(attempt) for attempt in chain.explain()]
    shown += [str(record.__dict__) for record in caplog.records]
    files = [path for path in Path(tmp_path).rglob("*") if path.is_file()]
    assert files
    shown += [path.read_bytes().decode("latin-1") for path in files]
    assert not [(secret, text) for text in shown for secret in SECRETS if secret in text]
    assert "credentials_invalidated" in caplog.text

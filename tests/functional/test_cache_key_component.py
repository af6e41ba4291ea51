"""The component ``credential_cache_keys``: a platform team brings its own key service."""

import pytest
from sotalia import Session
from sotalia.components.cache_keys import EnvironmentKeys
from sotalia.ops.command_line import main
from sotalia.ops.testkit import FakeIMDS


@pytest.fixture
def imds(monkeypatch, tmp_path):
    with FakeIMDS(rotate_every=0) as server:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url)
        monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE_LOCATION", str(tmp_path / "cache"))
        yield server


def key_of(session):
    return session.get_credentials().get_frozen_credentials().access_key


def with_keys(keys):
    session = Session()
    session.register_component("credential_cache_keys", keys)
    return session


def test_a_function_gives_the_keys_and_no_key_lies_on_the_disk(imds, tmp_path):
    asked = []

    def unwrap():
        asked.append(1)
        return b"d" * 32

    first = with_keys(unwrap)
    assert asked == []
    found = key_of(first)
    assert key_of(with_keys(lambda: [b"d" * 32])) == found
    assert imds.stats()["credentials"] == 1
    assert asked == [1]
    assert not (tmp_path / "cache" / "keys").exists()


def test_sessions_with_two_keys_do_not_read_each_others_entries(imds, caplog):
    assert key_of(with_keys(lambda: b"d" * 32)) != key_of(with_keys(lambda: b"e" * 32))
    assert caplog.text.count("sealed with a key that is not known here") == 1


def test_an_object_with_a_ring_of_its_own_does_too(imds, tmp_path):
    source = EnvironmentKeys("A" * 43 + "=")
    assert key_of(with_keys(source)) == key_of(with_keys(EnvironmentKeys("A" * 43 + "=")))


def test_a_key_service_that_is_down_fails_no_call(imds, tmp_path, caplog):
    def down():
        raise ConnectionError("canary")

    assert key_of(with_keys(down))
    assert not list((tmp_path / "cache").glob("*.v2"))
    assert caplog.text.count("cache_degraded") == 1
    assert "the function credential_cache_keys failed: ConnectionError" in caplog.text


def test_a_function_that_uses_the_very_session_does_not_hang(imds, monkeypatch):
    session = Session()

    def circular():
        session.get_component("credential_cache").read(_IDENTITY)
        return b"d" * 32

    from sotalia.components.cache import EntryIdentity

    _IDENTITY = EntryIdentity.of("iam-role")
    session.register_component("credential_cache_keys", circular)
    assert key_of(session)


def test_a_function_gives_the_one_key_that_hosts_with_a_redis_need(tmp_path, monkeypatch, capsys):
    pytest.importorskip("redis")
    monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE", "redis")
    monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE_LOCATION", f"redis://127.0.0.1:1/0?folder={tmp_path / 'cache'}")
    cache = with_keys(lambda: b"d" * 32).get_component("credential_cache")
    assert cache.local.keys.source == "the function credential_cache_keys"
    assert cache._keys is cache.local.keys
    monkeypatch.setenv("SOTALIA_CACHE_KEY", "A" * 43 + "=")
    assert main(["cache", "list"]) == 0
    assert f"folder {tmp_path / 'cache'}\n" in capsys.readouterr().out

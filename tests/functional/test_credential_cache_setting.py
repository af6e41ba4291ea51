"""What the setting ``credential_cache`` does, in the config file and in the environment."""

import base64
from pathlib import Path

import canary
import pytest
import sotalia
from sotalia.components.errors import InvalidSettingError, MissingDependencyException
from sotalia.ops.testkit import FakeIMDS


@pytest.fixture
def imds(monkeypatch, tmp_path):
    with FakeIMDS(rotate_every=0) as server:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url)
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
        yield server


def configure(tmp_path, **settings):
    lines = [f"{name} = {value}\n" for name, value in settings.items()]
    (tmp_path / "config").write_text("".join(["[default]\n", *lines]))


def key():
    return sotalia.Session().get_credentials().get_frozen_credentials().access_key


def test_off_lets_every_session_ask_and_writes_nothing(imds, tmp_path, own_environment):
    configure(tmp_path, credential_cache="off", credential_cache_location=tmp_path / "cache")
    assert key() != key()
    assert imds.stats()["credentials"] == 2
    assert not (tmp_path / "cache").exists()
    assert not list(own_environment.rglob("sotalia"))


def test_off_still_refreshes_and_still_never_serves_a_refused_key(imds, tmp_path):
    configure(tmp_path, credential_cache="off")
    credentials = sotalia.Session().get_credentials()
    first = credentials.access_key
    assert credentials.invalidate(first)
    assert credentials.access_key != first


def test_memory_shares_among_the_sessions_of_a_process_and_writes_nothing(imds, tmp_path, own_environment):
    configure(tmp_path, credential_cache="memory", credential_cache_location=tmp_path / "cache")
    assert key() == key()
    assert imds.stats()["credentials"] == 1
    assert not (tmp_path / "cache").exists()
    assert not list(own_environment.rglob("sotalia"))


def test_file_is_the_default_and_goes_to_the_folder_that_is_asked_for(imds, tmp_path):
    configure(tmp_path, credential_cache_location=tmp_path / "cache")
    assert key() == key()
    assert imds.stats()["credentials"] == 1
    names = sorted(path.name for path in (tmp_path / "cache").iterdir())
    assert sorted(Path(name).suffix for name in names) == ["", ".lock", ".lock", ".v2"], names
    assert all((tmp_path / "cache" / name).stat().st_mode & 0o077 == 0 for name in names)


def test_the_environment_wins_over_the_file(imds, tmp_path, monkeypatch):
    configure(tmp_path, credential_cache="file", credential_cache_location=tmp_path / "cache")
    monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE", "off")
    assert key() != key()
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("written", ["fil", "true", "rediss"])
def test_another_word_is_refused_with_its_place(imds, tmp_path, written):
    configure(tmp_path, credential_cache=written)
    with pytest.raises(InvalidSettingError, match=written) as caught:
        key()
    assert "file, memory, redis, off" in str(caught.value)
    assert str(tmp_path / "config") in str(caught.value)


def test_a_folder_that_cannot_be_used_leaves_one_fetch_per_process_and_one_warning(imds, tmp_path, caplog):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o755)
    configure(tmp_path, credential_cache_location=tmp_path / "cache")
    assert key() == key() == key()
    assert imds.stats()["credentials"] == 1
    warnings = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert len(warnings) == 1
    assert "open to others (mode 0755): set its mode to 0700" in warnings[0]
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_component_takes_the_place_of_the_setting(imds, tmp_path):
    from sotalia.components.cache_memory import MemoryCache

    configure(tmp_path, credential_cache="file", credential_cache_location=tmp_path / "cache")
    cache, keys = MemoryCache(), []
    for _ in range(2):
        session = sotalia.Session()
        session.register_component("credential_cache", cache)
        keys.append(session.get_credentials().get_frozen_credentials().access_key)
    assert keys[0] == keys[1]
    assert imds.stats()["credentials"] == 1
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize(
    ("location", "key", "said"),
    [
        (None, True, "credential_cache_location must have its URL"),
        ("redis://localhost", False, "must give one key for all hosts"),
        (f"redis://:{canary.TOKEN}@localhost", True, "SOTALIA_CREDENTIAL_CACHE_PASSWORD"),
        ("http://localhost", True, "redis://HOST:PORT/DB"),
        ("redis://localhost?share=iam-role", True, "iam-role gives is of one host alone"),
    ],
)
def test_redis_without_what_it_needs_is_refused_at_once(imds, tmp_path, monkeypatch, location, key, said):
    configure(
        tmp_path, credential_cache="redis", **({} if location is None else {"credential_cache_location": location})
    )
    if key:
        monkeypatch.setenv("SOTALIA_CACHE_KEY", base64.b64encode(bytes(32)).decode())
    with pytest.raises(InvalidSettingError, match=said) as caught:
        sotalia.Session().get_component("credential_cache")
    assert canary.TOKEN not in str(caught.value) + repr(caught.value)


def test_redis_without_its_package_names_the_extra(imds, tmp_path, monkeypatch):
    configure(tmp_path, credential_cache="redis", credential_cache_location="redis://localhost")
    monkeypatch.setenv("SOTALIA_CACHE_KEY", base64.b64encode(bytes(32)).decode())
    monkeypatch.setattr("importlib.util.find_spec", lambda *_: None)
    with pytest.raises(MissingDependencyException, match=r"sotalia\[redis\]"):
        sotalia.Session().get_component("credential_cache")


def test_a_password_in_the_location_is_not_explained(imds, tmp_path):
    for url in (f"redis://:{canary.TOKEN}@localhost/0", f"rediss://fleet:{canary.TOKEN}@localhost"):
        configure(tmp_path, credential_cache="redis", credential_cache_location=url)
        assert canary.TOKEN not in str(sotalia.Session().explain("credential_cache_location"))


def test_a_host_whose_own_identity_is_used_asks_no_redis(imds, tmp_path, monkeypatch):
    """There is none at that port: what the metadata service gives does not go there, so nobody notices."""
    folder = tmp_path / "cache"
    configure(tmp_path, credential_cache="redis", credential_cache_location=f"redis://127.0.0.1:1?folder={folder}")
    monkeypatch.setenv("SOTALIA_CACHE_KEY", base64.b64encode(bytes(32)).decode())
    assert key() == key()
    assert imds.stats()["credentials"] == 1
    assert folder.is_dir()

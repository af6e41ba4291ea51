"""What the setting ``credential_cache`` does, in the config file and in the environment."""

from pathlib import Path

import pytest
import sotalia
from sotalia.components.errors import InvalidSettingError
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


@pytest.mark.parametrize("written", ["fil", "true", "redis"])
def test_another_word_is_refused_with_its_place(imds, tmp_path, written):
    configure(tmp_path, credential_cache=written)
    with pytest.raises(InvalidSettingError, match=written) as caught:
        key()
    assert "file, memory, off" in str(caught.value)
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

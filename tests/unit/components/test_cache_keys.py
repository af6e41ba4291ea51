import pytest
from sotalia.components.cache_keys import EnvironmentKeys, KeyFile, KeysUnavailableError
from sotalia.components.private_folder import PrivateFolder


@pytest.fixture
def path(tmp_path):
    return tmp_path / "cache" / "keys"


@pytest.fixture
def keys(path):
    return KeyFile(PrivateFolder(path.parent), step=lambda name: None)


def put(path, raw):
    path.parent.mkdir(0o700, exist_ok=True)
    path.touch(0o600)
    path.write_bytes(raw)


def test_the_first_to_write_makes_the_key_and_the_next_reads_it(keys, path):
    assert keys.ring(make=False) is None
    assert not path.exists()
    ring = keys.ring(make=True)
    again = KeyFile(PrivateFolder(path.parent), step=lambda name: None).ring(make=False)
    assert [key.reveal() for key in again.keys] == [key.reveal() for key in ring.keys]
    assert keys.ring(make=True) is keys.ring(make=False)


def test_a_key_file_that_a_crash_left_empty_or_cut_is_replaced(keys, path):
    whole_ring = keys.ring(make=True)
    whole = path.read_bytes()
    for length in range(len(whole)):
        for raw in (whole[:length], whole[:length] + b"\0" * (len(whole) - length)):
            put(path, raw)
            fresh = KeyFile(PrivateFolder(path.parent), step=lambda name: None)
            assert fresh.ring(make=False) is None
            assert fresh.ring(make=True).keys[0].reveal() != whole_ring.keys[0].reveal()
            assert fresh.ring(make=False) is not None


@pytest.mark.parametrize("raw", [b"sotalia-cache-keys 2\n", b"hello\n", b"{}", b"-----BEGIN KEY-----\n"])
def test_a_foreign_key_file_is_left_alone(keys, path, raw):
    put(path, raw)
    with pytest.raises(KeysUnavailableError, match="another program or version"):
        keys.ring(make=True)
    assert path.read_bytes() == raw


def test_rotation_puts_a_new_key_first_and_keeps_what_was_asked(keys):
    first = keys.ring(make=True).keys[0].reveal()
    second = keys.rotate().keys
    assert [key.reveal() for key in second][1:] == [first]
    third = keys.rotate(keep=2).keys
    assert [key.reveal() for key in third][1:] == [second[0].reveal(), first]
    for _ in range(5):
        keys.rotate(keep=9)
    assert len(keys.ring(make=False).keys) == 4
    assert len(keys.rotate(keep=0).keys) == 1


def test_a_rotation_elsewhere_is_seen(keys, path):
    keys.ring(make=True)
    KeyFile(PrivateFolder(path.parent), step=lambda name: None).rotate()
    assert len(keys.ring(make=False).keys) == 2


def test_the_environment_is_read_once_and_its_faults_do_not_show_it():
    with pytest.raises(KeysUnavailableError, match="SOTALIA_CACHE_KEY: key 1 is not base64") as caught:
        EnvironmentKeys("canary!").ring(make=True)
    assert "canary" not in str(caught.value)
    keys = EnvironmentKeys("A" * 43 + "=")
    assert keys.ring(make=True) is keys.ring(make=False)

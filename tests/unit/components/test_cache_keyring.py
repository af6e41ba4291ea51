import os
import sys
import threading

import pytest
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_key_source import open_keys
from sotalia.components.cache_keyring import SERVICE, USER, KeyringKeys
from sotalia.components.cache_keys import EnvironmentKeys, KeyFile, KeysUnavailableError
from sotalia.components.cache_rotation import rotate_keys, rotating
from sotalia.components.errors import InvalidSettingError, MissingDependencyException
from sotalia.components.private_folder import PrivateFolder
from sotalia.components.sealing import format_keys, parse_keys

IDENTITY = EntryIdentity.of("iam-role", role="one")
ENTRY = Entry({"access_key": "AKIA"}, 1000.0, 7)


class Store:
    """A keyring that may fail or say nothing."""

    def __init__(self):
        self.kept, self.asked, self.error, self.silent = {}, 0, None, None

    def get_password(self, service, username):
        self.asked += 1
        if self.silent is not None:
            self.silent.wait(30)
        if self.error is not None:
            raise self.error
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        if self.error is not None:
            raise self.error
        self.kept[service, username] = password


class Time:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def warned():
    return []


@pytest.fixture
def make(tmp_path, store, time, warned):
    folder = PrivateFolder(tmp_path / "cache")

    def make(**options):
        file = KeyFile(folder, step=lambda name: None)
        options = {"keyring": lambda: store, "monotonic": time, "patience": 20.0} | options
        return KeyringKeys(folder, file, warned.append, **options)

    return make


def ids(ring):
    return [key.key_id for key in ring.keys]


def test_the_first_to_write_makes_the_key_and_the_next_finds_it(make, store, tmp_path):
    keys = make()
    assert keys.ring(make=False) is None
    ring = keys.ring(make=True)
    assert store.kept == {(SERVICE, USER): format_keys(ring.keys)}
    assert ids(make().ring(make=False)) == ids(ring)
    assert not (tmp_path / "cache" / "keys").exists()


def test_it_is_asked_once(make, store):
    make().ring(make=True)
    keys = make()
    before = store.asked
    for _ in range(5):
        keys.ring(make=False)
    assert store.asked == before + 1


def test_without_a_desktop_the_file_is_used_after_one_warning(make, store, warned, time, tmp_path):
    store.error = RuntimeError("canary")
    keys = make()
    for _ in range(3):
        assert keys.ring(make=True) is not None
    assert (tmp_path / "cache" / "keys").exists()
    assert store.asked == 1
    assert warned == [f"the keyring cannot be used (RuntimeError); using {tmp_path}/cache/keys"]
    time.now = 60.0
    keys.ring(make=True)
    assert store.asked == 2
    assert len(warned) == 1


def test_a_keyring_that_waits_for_a_person_stops_nobody(make, store, warned, time):
    store.silent = threading.Event()
    keys = make(patience=0.01)
    try:
        assert keys.ring(make=True) is not None
        assert warned[0].startswith("the keyring has not answered for 0.01 s; using ")
        for time.now in (60.0, 120.0, 180.0):
            assert keys.ring(make=True) is not None
        assert store.asked == 1  # no thread more while the first one hangs
    finally:
        store.silent.set()


def test_no_backend_at_all_is_the_real_headless_case(make, warned):
    pytest.importorskip("keyring")
    from keyring.backends.fail import Keyring

    keys = make(keyring=Keyring)
    assert keys.ring(make=True) is not None
    assert warned[0].startswith("the keyring cannot be used (NoKeyringError); using ")


def test_the_package_itself_answers_or_fails_but_does_not_hang(make, warned, monkeypatch):
    pytest.importorskip("keyring")
    from sotalia.components.cache_keyring import system_keyring

    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert make(keyring=system_keyring).ring(make=True) is not None


def test_what_the_keyring_has_under_that_name_may_be_somebody_elses(make, store, warned):
    store.kept[SERVICE, USER] = "canary"
    assert make().ring(make=True) is not None
    assert "is no key: key 1 is not base64; using " in warned[0]
    assert "canary" not in warned[0]
    assert store.kept[SERVICE, USER] == "canary"


def test_entries_of_a_process_without_the_keyring_open_with_it(make, store, tmp_path):
    log = []

    def cache(keys):
        return FileCache(tmp_path / "cache", keys=keys, log=lambda event, fields: log.append(fields["reason"]))

    make().ring(make=True)
    store.error = RuntimeError()
    cron = cache(make())
    assert cron.write(IDENTITY, ENTRY)
    store.error = None
    assert cache(make()).read(IDENTITY) == ENTRY
    assert log == []


def test_a_rotation_elsewhere_is_seen_by_writers_and_readers_at_once(make, tmp_path):
    def cache():
        return FileCache(tmp_path / "cache", keys=make(), log=lambda *record: pytest.fail(str(record)))

    running = cache()
    running.write(IDENTITY, ENTRY)
    done = rotate_keys(cache(), make())
    assert done.sealed_anew == 1
    assert running.read(IDENTITY) == ENTRY
    assert running.write(IDENTITY, ENTRY)
    assert cache().read(IDENTITY) == ENTRY
    assert [key.hex() for key in ids(running.keys.ring(make=False))] == [done.new]


def test_it_retires_what_is_not_needed(make):
    keys = make()
    first = keys.ring(make=True).keys[0]
    second = keys.rotate().keys[0]
    third = keys.rotate(keep=3).keys[0]
    assert ids(keys.ring(make=False)) == [third.key_id, second.key_id, first.key_id]
    assert ids(keys.retire({first.key_id})) == [third.key_id, first.key_id]
    assert ids(make().ring(make=False)) == [third.key_id, first.key_id]


def test_a_forked_child_waits_for_no_answer_of_its_parents_thread(make, store):
    store.silent = threading.Event()
    keys = make(patience=0.01)
    keys.ring(make=True)
    child = os.fork()
    if child == 0:
        store.silent, keys._failed_at = None, float("-inf")
        os._exit(0 if keys.ring(make=True) is not None and store.asked == 3 else 1)
    store.silent.set()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def opened(folder, source="file", environ=None, given=None):
    return open_keys(PrivateFolder(folder), environ or {}, lambda *record: None, source=source, given=given)


KEY = "A" * 43 + "="


def test_the_source_is_what_was_given_then_the_variable_then_the_setting(tmp_path):
    assert isinstance(opened(tmp_path), KeyFile)
    assert isinstance(opened(tmp_path, "keyring", {"SOTALIA_CACHE_KEY": KEY}), EnvironmentKeys)
    given = opened(tmp_path, "keyring", {"SOTALIA_CACHE_KEY": KEY}, lambda: b"k" * 32)
    assert given.source == "the function credential_cache_keys"
    assert opened(tmp_path, given=given) is given


def test_a_key_file_may_lie_elsewhere_and_is_checked_there(tmp_path):
    keys = opened(tmp_path / "cache", f"{tmp_path}/elsewhere/seal")
    assert keys.source == f"{tmp_path}/elsewhere/seal"
    cache = FileCache(tmp_path / "cache", keys=keys)
    assert cache.write(IDENTITY, ENTRY)
    assert sorted(path.name for path in (tmp_path / "elsewhere").iterdir()) == ["seal", "seal.lock"]
    (tmp_path / "elsewhere").chmod(0o755)
    log = []
    keys = opened(tmp_path / "cache", f"{tmp_path}/elsewhere/seal")
    cache = FileCache(tmp_path / "cache", keys=keys, log=lambda event, fields: log.append(fields["reason"]))
    assert cache.read(IDENTITY) is None
    assert log == ["the folder is open to others (mode 0755): set its mode to 0700"]


@pytest.mark.parametrize("source", ["kms", "relative/path", "", "/ends/with/"])
def test_another_source_is_refused(tmp_path, source):
    with pytest.raises(InvalidSettingError, match="use 'file', 'keyring', or the path of a key file"):
        opened(tmp_path, source)


def test_without_the_package_the_error_names_the_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingDependencyException, match=r"pip install 'sotalia\[keyring\]'"):
        opened(tmp_path, "keyring")


def test_keys_that_are_not_ours_to_change_say_where_they_come_from():
    with pytest.raises(KeysUnavailableError, match="the keys come from SOTALIA_CACHE_KEY: put a new one in front"):
        rotating(EnvironmentKeys(KEY))


def test_a_ring_is_written_as_it_is_read():
    ring = parse_keys(f"{KEY},{'B' * 43}=")
    assert ids(parse_keys(format_keys(ring.keys))) == ids(ring)

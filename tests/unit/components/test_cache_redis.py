"""The lock with its lease, over a Redis that says what the test wants: a hint, and ten seconds of it at most."""

import base64
import os

import pytest
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_keys import EnvironmentKeys
from sotalia.components.cache_redis import LEASE_SECONDS, RedisCache
from sotalia.components.redis_location import RedisLocation
from sotalia.components.redis_store import Claim
from sotalia.components.single_flight import SharedFetch

KEYS = base64.b64encode(bytes(32)).decode()
ROLE = EntryIdentity.of("assume-role", role_arn="a")


class Time:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


class Store:
    """A Redis in memory; ``taken`` says that another host has the lease."""

    def __init__(self):
        self.location = RedisLocation("cache")
        self.taken = False
        self.kept = {}
        self.calls = []

    def claim(self, name, host, token, seconds):
        self.calls.append("claim")
        return Claim(self.kept.get(name), not self.taken)

    def release(self, name, host, token):
        self.calls.append("release")

    def put(self, name, sealed, seconds, *, only_new=False):
        self.calls.append("put")
        self.kept[name] = sealed
        return True

    def remove(self, name):
        self.kept.pop(name, None)

    def rest(self):
        pass


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def cache(tmp_path, time, store):
    environ = {"SOTALIA_CACHE_KEY": KEYS}
    return RedisCache(
        FileCache(tmp_path / "cache", environ=environ),
        store,
        EnvironmentKeys(KEYS),
        monotonic=time.monotonic,
        sleep=time.sleep,
        random=lambda: 0.5,
    )


def entry(key="A"):
    return Entry({"access_key": key, "expiry_time": "2099-01-01T00:00:00Z"}, 1.0, os.getpid())


def test_a_lease_that_never_comes_free_is_waited_for_and_then_passed_over(cache, store, time):
    store.taken = True
    lock = cache.lock(ROLE)
    assert lock.acquire(60)
    assert LEASE_SECONDS * 0.8 <= time.now - 1000 <= LEASE_SECONDS
    lock.release()
    assert "release" not in store.calls  # it was never granted


def test_a_wait_that_is_shorter_ends_in_time(cache, store, time):
    store.taken = True
    lock = cache.lock(ROLE)
    assert not lock.acquire(1.0)
    assert time.now - 1000 == pytest.approx(1.0)
    store.taken = False
    assert lock.acquire(1.0)
    lock.release()
    assert store.calls[-1] == "release"


def test_redis_is_not_asked_at_every_look(cache, store, time):
    store.taken = True
    lock = cache.lock(ROLE)
    for _ in range(1000):
        lock.acquire(0)
        time.sleep(0.001)
    lock.release()
    assert 25 <= len(store.calls) <= 45


def test_who_waits_for_the_hosts_lock_hears_it_and_who_has_it_looks_at_the_lease(cache, store, time):
    holder, other = cache.lock(ROLE), cache.lock(ROLE)
    assert holder.acquire(0)
    assert not other.acquire(0)
    assert other.listen()
    holder.release()
    assert other.wait(10)
    store.taken = True
    assert not other.acquire(0)
    assert not other.listen()
    assert not other.wait(10)
    assert time.now - 1000 < 1
    other.release()


def test_a_host_fetches_by_itself_when_the_lease_is_held_for_ever(cache, store, time):
    store.taken = True
    fetch = SharedFetch(cache, monotonic=time.monotonic, sleep=time.sleep, random=lambda: 0.5)
    found = fetch.fetch(ROLE, lambda entry: True, lambda: dict(entry().value), wait=15)
    assert found.value["access_key"] == "A"
    assert time.now - 1000 < 13.5


def test_the_lease_is_given_back_when_the_source_fails(cache, store):
    def load():
        raise OSError("down")

    with pytest.raises(OSError, match="down"):
        SharedFetch(cache).fetch(ROLE, lambda entry: True, load, wait=15)
    assert store.calls == ["claim", "release"]


def test_a_good_entry_is_served_without_redis(cache, store):
    cache.local.write(ROLE, entry())
    SharedFetch(cache).fetch(ROLE, lambda entry: True, dict, wait=15)
    assert store.calls == []


def test_what_may_not_leave_the_host_has_the_plain_lock(cache, store):
    identity = EntryIdentity.of("iam-role", boot="b")
    lock = cache.lock(identity)
    assert lock.acquire(0)
    cache.write(identity, entry())
    cache.remove(identity)
    lock.release()
    assert store.calls == []


def test_two_locks_of_a_host_exclude_each_other_whatever_redis_says(cache):
    one, two = cache.lock(ROLE), cache.lock(ROLE)
    assert one.acquire(0)
    assert not two.acquire(0)
    two.release()
    one.release()
    three = cache.lock(ROLE)
    assert three.acquire(0)
    three.release()
    three.release()


def test_a_forked_child_gives_nothing_back(cache, store):
    lock = cache.lock(ROLE)
    assert lock.acquire(0)
    child = os.fork()
    if child == 0:
        lock.release()
        os._exit(int("release" in store.calls))
    assert os.waitpid(child, 0)[1] == 0
    lock.release()


def test_removing_an_entry_removes_it_for_all(cache, store):
    cache.write(ROLE, entry())
    assert store.kept
    cache.remove(ROLE)
    assert not store.kept
    assert cache.read(ROLE) is None


def test_a_folder_that_cannot_be_used_makes_each_process_a_host(tmp_path, store, time):
    (tmp_path / "cache").mkdir(mode=0o755)
    (tmp_path / "cache").chmod(0o755)
    local = FileCache(tmp_path / "cache", environ={"SOTALIA_CACHE_KEY": KEYS}, log=lambda *_: None)
    cache = RedisCache(local, store, EnvironmentKeys(KEYS), monotonic=time.monotonic, sleep=time.sleep)
    one, two = cache.lock(ROLE), cache.lock(EntryIdentity.of("assume-role", role_arn="b"))
    assert one.acquire(0)
    assert two.acquire(0)
    assert cache.host(one) != cache.host(two)
    cache.write(ROLE, entry())
    assert cache.read(ROLE).value["access_key"] == "A"
    assert store.kept

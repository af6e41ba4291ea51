from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_memory import MemoryCache, NoCache, process_cache

ONE = EntryIdentity.of("k", a=1)
ENTRY = Entry({"x": "y"}, 1.0, 2)


def test_memory_keeps_and_forgets():
    cache = MemoryCache()
    assert cache.read(ONE) is None
    assert cache.version(ONE) is None
    assert cache.write(ONE, ENTRY)
    assert cache.read(ONE) is ENTRY
    first = cache.version(ONE)
    cache.write(ONE, ENTRY)
    assert cache.version(ONE) != first
    cache.remove(ONE)
    cache.remove(ONE)
    assert cache.read(ONE) is None


def test_memory_is_bounded_and_drops_the_oldest():
    cache = MemoryCache()
    for number in range(1100):
        cache.write(EntryIdentity.of("k", n=number), ENTRY)
        cache.lock(EntryIdentity.of("k", n=number))
    assert cache.read(EntryIdentity.of("k", n=0)) is None
    assert cache.read(EntryIdentity.of("k", n=1099)) is ENTRY


def test_two_locks_of_an_identity_exclude_each_other():
    cache = MemoryCache()
    one, other = cache.lock(ONE), cache.lock(ONE)
    assert one.acquire(0)
    assert not other.acquire(0)
    assert not other.acquire(0.01)
    other.release()
    assert not cache.lock(ONE).acquire(0)
    one.release()
    one.release()
    assert other.acquire(1)


def test_after_a_fork_the_locks_are_free():
    cache = MemoryCache()
    lock = cache.lock(ONE)
    assert lock.acquire(0)
    cache.renew()  # what the hook of the fork calls in the child
    assert cache.lock(ONE).acquire(0)


def test_off_keeps_nothing_and_nobody_waits():
    cache = NoCache()
    assert not cache.write(ONE, ENTRY)
    assert cache.read(ONE) is None
    assert cache.version(ONE) is None
    assert cache.lock(ONE).acquire(0)
    assert cache.lock(ONE).acquire(0)
    cache.lock(ONE).release()
    cache.remove(ONE)
    cache.prepare()
    process_cache().prepare()

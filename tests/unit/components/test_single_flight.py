import threading

import pytest
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_memory import MemoryCache
from sotalia.components.errors import CredentialRetrievalError
from sotalia.components.single_flight import SharedFetch

IDENTITY = EntryIdentity.of("iam-role", role="worker")


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def shared(cache=None, clock=None):
    clock = clock or Clock()
    return SharedFetch(
        MemoryCache() if cache is None else cache, clock=clock, monotonic=clock, sleep=clock.sleep, random=lambda: 0.5
    )


class Source:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.calls = 0

    def __call__(self):
        self.calls += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def always(entry):
    return True


def test_the_first_fetch_loads_and_the_second_is_served():
    fetch, source = shared(), Source({"access_key": "A"})
    first = fetch.fetch(IDENTITY, always, source, wait=1)
    second = fetch.fetch(IDENTITY, always, source, wait=1)
    assert first == second
    assert source.calls == 1


def test_an_unusable_entry_is_loaded_again():
    fetch, source = shared(), Source({"access_key": "A"}, {"access_key": "B"})
    fetch.fetch(IDENTITY, always, source, wait=1)
    entry = fetch.fetch(IDENTITY, lambda entry: entry.value["access_key"] == "B", source, wait=1)
    assert entry.value["access_key"] == "B"


def test_a_failure_is_shared_and_forgotten_after_its_time():
    clock, cache = Clock(), MemoryCache()
    source = Source(CredentialRetrievalError(provider="x", error_msg="no"), {"access_key": "A"})
    one, other = shared(cache, clock), shared(cache, clock)
    with pytest.raises(CredentialRetrievalError, match="from x: no"):
        one.fetch(IDENTITY, always, source, wait=1)
    with pytest.raises(CredentialRetrievalError, match="from x: no"):
        other.fetch(IDENTITY, always, source, wait=1)
    assert source.calls == 1
    clock.now += 5.1
    assert other.fetch(IDENTITY, always, source, wait=1).value["access_key"] == "A"


def test_a_lock_that_stays_with_somebody_else_is_waited_for_and_then_the_load_is_direct():
    cache, clock = MemoryCache(), Clock()
    holder = cache.lock(IDENTITY)
    assert holder.acquire(0)
    fetch, source = shared(cache, clock), Source({"access_key": "A"})
    assert fetch.fetch(IDENTITY, always, source, wait=None) is None
    started = clock.now
    assert fetch.fetch(IDENTITY, always, source, wait=2).value == {"access_key": "A"}
    assert 1.8 <= clock.now - started <= 2.0


def test_fail_closed_raises_at_the_deadline():
    cache = MemoryCache()
    assert cache.lock(IDENTITY).acquire(0)
    source = Source({"access_key": "A"})
    with pytest.raises(CredentialRetrievalError, match="held the lock for 2 s"):
        shared(cache).fetch(IDENTITY, always, source, wait=2, on_timeout="raise")
    assert source.calls == 0


def test_a_rejected_key_is_never_served_again():
    cache, source = MemoryCache(), Source({"access_key": "A"}, {"access_key": "B"}, {"access_key": "A"})
    one, other = shared(cache), shared(cache)
    one.fetch(IDENTITY, always, source, wait=1)
    assert one.fetch(IDENTITY, always, source, wait=1, reject="A").value["access_key"] == "B"
    assert other.fetch(IDENTITY, always, source, wait=1).value["access_key"] == "B"
    assert other.fetch(IDENTITY, always, source, wait=1, reject="A").value["access_key"] == "B"
    assert source.calls == 2
    with pytest.raises(CredentialRetrievalError, match="had rejected"):
        other.fetch(IDENTITY, always, source, wait=1, reject="B")


def test_threads_share_one_load():
    started, go = threading.Barrier(9), threading.Event()
    fetch = SharedFetch(MemoryCache())
    calls, results = [], []

    def load():
        calls.append(1)
        go.wait(5)
        return {"access_key": "A"}

    def work():
        started.wait()
        results.append(fetch.fetch(IDENTITY, always, load, wait=5))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    started.wait()
    go.set()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert [entry.value["access_key"] for entry in results] == ["A"] * 8


def test_entry_and_identity_hide_their_values():
    entry = Entry({"secret_key": "canary"}, 1.0, 2)
    assert "canary" not in repr(entry)
    assert "canary" not in repr(EntryIdentity.of("assume-role", external_id="canary"))

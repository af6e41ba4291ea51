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


def test_a_direct_load_that_fails_leaves_what_was_published_meanwhile():
    cache, good = MemoryCache(), Entry({"access_key": "GOOD"}, 1_000_000.0, 7)
    holder = cache.lock(IDENTITY)
    assert holder.acquire(0)

    def load():  # the one that has the lock publishes while this one asks
        cache.write(IDENTITY, good)
        raise CredentialRetrievalError(provider="iam-role", error_msg="the source is slow")

    found = shared(cache).fetch(IDENTITY, always, load, wait=5)
    assert found.value["access_key"] == "GOOD"
    assert cache.read(IDENTITY).failure is None
    holder.release()


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


def test_the_advisory_window_returns_none_while_another_thread_loads():
    fetch = shared()
    inner = []

    def load():
        inner.append(fetch.fetch(IDENTITY, always, lambda: {"access_key": "X"}, wait=None))
        return {"access_key": "A"}

    assert fetch.fetch(IDENTITY, always, load, wait=None).value == {"access_key": "A"}
    assert inner == [None]


def test_a_failure_keeps_the_last_good_value_for_those_who_can_use_it():
    cache, clock = MemoryCache(), Clock()
    fetch = shared(cache, clock)
    fetch.fetch(IDENTITY, always, Source({"access_key": "A"}), wait=1)
    with pytest.raises(CredentialRetrievalError):
        fetch.fetch(IDENTITY, lambda e: False, Source(CredentialRetrievalError(provider="x", error_msg="no")), wait=1)
    assert fetch.fetch(IDENTITY, always, Source({}), wait=1).value == {"access_key": "A"}
    assert fetch.peek(IDENTITY).failure == "Error when retrieving credentials from x: no"


def test_retry_after_says_how_long_a_failure_is_shared():
    for lasts, tries in ((0, 2), (60, 1), (10**9, 1)):
        cache, clock = MemoryCache(), Clock()
        error = CredentialRetrievalError(provider="x", error_msg="no")
        error.retry_after = lasts
        source = Source(error)
        for seconds in (0, 55):
            clock.now += seconds
            with pytest.raises(CredentialRetrievalError):
                shared(cache, clock).fetch(IDENTITY, always, source, wait=1)
        assert source.calls == tries
        clock.now += 1000
        with pytest.raises(CredentialRetrievalError):
            shared(cache, clock).fetch(IDENTITY, always, source, wait=1)
        assert source.calls == tries + 1


def test_a_failure_from_the_future_is_ignored_when_the_clock_was_set_back():
    cache, clock = MemoryCache(), Clock()
    with pytest.raises(CredentialRetrievalError):
        shared(cache, clock).fetch(
            IDENTITY, always, Source(CredentialRetrievalError(provider="x", error_msg="no")), wait=1
        )
    clock.now -= 86400
    assert shared(cache, clock).fetch(IDENTITY, always, Source({"access_key": "A"}), wait=1).value


def test_an_interrupted_load_is_not_published_and_the_next_one_loads():
    fetch = shared()

    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch.fetch(IDENTITY, always, interrupted, wait=1)
    assert fetch.peek(IDENTITY) is None
    assert fetch.fetch(IDENTITY, always, Source({"access_key": "A"}), wait=1).value


class Unwritable(MemoryCache):
    def write(self, identity, entry):
        return False


def test_a_value_that_cannot_be_stored_is_still_returned():
    assert shared(Unwritable()).fetch(IDENTITY, always, Source({"access_key": "A"}), wait=1).value


class NoLocks(MemoryCache):
    def lock(self, identity):
        class Lock:
            def acquire(self, timeout):
                raise OSError(38, "no locks")

            def release(self):
                pass

        return Lock()


def test_where_no_lock_can_be_had_the_load_is_direct_or_refused_as_asked():
    assert shared(NoLocks()).fetch(IDENTITY, always, Source({"access_key": "A"}), wait=None).value
    with pytest.raises(CredentialRetrievalError, match="no lock can be had"):
        shared(NoLocks()).fetch(IDENTITY, always, Source({"access_key": "A"}), wait=1, on_timeout="raise")


def test_a_waiter_returns_what_is_published_while_the_lock_stays_held():
    cache, clock = MemoryCache(), Clock()
    assert cache.lock(IDENTITY).acquire(0)
    fetch = SharedFetch(cache, clock=clock, monotonic=clock, sleep=lambda seconds: publish(seconds), random=lambda: 0.5)

    def publish(seconds):
        clock.sleep(seconds)
        if clock.now > 1_000_001:
            cache.write(IDENTITY, Entry({"access_key": "A"}, clock.now, 1))

    assert fetch.fetch(IDENTITY, always, Source({"access_key": "X"}), wait=9).value == {"access_key": "A"}
    assert clock.now < 1_000_001.1


def test_a_waiter_raises_the_failure_that_is_published_meanwhile():
    cache, clock = MemoryCache(), Clock()
    assert cache.lock(IDENTITY).acquire(0)

    def publish(seconds):
        clock.sleep(seconds)
        cache.write(IDENTITY, Entry({}, clock.now, 1, "no", clock.now + 3))

    fetch = SharedFetch(cache, clock=clock, monotonic=clock, sleep=publish, random=lambda: 0.5)
    with pytest.raises(CredentialRetrievalError, match="no"):
        fetch.fetch(IDENTITY, always, Source({"access_key": "X"}), wait=9)


def test_threads_that_wait_raise_the_error_of_the_one_that_loads():
    started, go = threading.Barrier(5), threading.Event()
    fetch, calls, errors = SharedFetch(MemoryCache()), [], []

    def load():
        calls.append(1)
        go.wait(5)
        raise CredentialRetrievalError(provider="x", error_msg="no")

    def work():
        started.wait()
        try:
            fetch.fetch(IDENTITY, always, load, wait=5)
        except CredentialRetrievalError as error:
            errors.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    go.set()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert len(errors) == 4


def test_threads_whose_leader_hangs_share_one_direct_load():
    hang, cache = threading.Event(), MemoryCache()
    fetch, direct, results = SharedFetch(cache), [], []

    def hanging():
        hang.wait(10)
        return {"access_key": "LATE"}

    def load():
        direct.append(1)
        hang.wait(0.1)
        return {"access_key": "A"}

    leader = threading.Thread(target=fetch.fetch, args=(IDENTITY, always, hanging), kwargs={"wait": 5})
    leader.start()
    threads = [
        threading.Thread(target=lambda: results.append(fetch.fetch(IDENTITY, always, load, wait=0.1))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    hang.set()
    leader.join()
    assert [entry.value["access_key"] for entry in results] == ["A"] * 6
    assert len(direct) == 1


def test_a_rejection_is_recorded_and_the_source_asked_once_although_it_is_known_to_fail():
    cache, clock = MemoryCache(), Clock()
    cache.write(IDENTITY, Entry({"access_key": "A"}, clock.now, 1, "down", clock.now + 600))
    source = Source(OSError(5, "still down"), {"access_key": "B"})
    assert shared(cache, clock).fetch(IDENTITY, always, source, wait=1).value["access_key"] == "A"
    with pytest.raises(OSError, match="still down"):
        shared(cache, clock).fetch(IDENTITY, always, source, wait=1, reject="A")
    for reject in ("A", None):
        with pytest.raises(CredentialRetrievalError, match="still down"):
            shared(cache, clock).fetch(IDENTITY, always, source, wait=1, reject=reject)
    assert source.calls == 1
    clock.now += 6  # not the ten minutes of those who had a set to wait with
    assert shared(cache, clock).fetch(IDENTITY, always, source, wait=1).value["access_key"] == "B"

import base64
import threading

import pytest
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_key_function import FunctionKeys
from sotalia.components.cache_keys import KeysUnavailableError

OLD, NEW = b"o" * 32, b"n" * 32
TEXT = base64.b64encode(NEW).decode()
IDENTITY = EntryIdentity.of("iam-role", role="one")
ENTRY = Entry({"access_key": "AKIA"}, 1000.0, 7)


class Time:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class Asked:
    def __init__(self, *answers):
        self.answers, self.calls = list(answers), 0

    def __call__(self):
        self.calls += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def revealed(ring):
    return [key.reveal() for key in ring.keys]


@pytest.mark.parametrize("given", [NEW, [NEW], (NEW,), bytearray(NEW), TEXT, f" {TEXT} "])
def test_keys_come_in_every_form_that_is_named_and_are_asked_for_once(given):
    asked = Asked(given)
    keys = FunctionKeys(asked)
    assert asked.calls == 0
    assert revealed(keys.ring(make=True)) == revealed(keys.ring(make=False)) == [NEW]
    assert asked.calls == 1


def test_the_first_of_several_seals():
    assert revealed(FunctionKeys(lambda: [NEW, OLD]).ring(make=False)) == [NEW, OLD]


@pytest.mark.parametrize("given", [None, b"", b"short", [], ["text" * 8], "canary", 7, [NEW, b"short"]])
def test_what_is_no_key_is_an_error_that_does_not_repeat_it(given):
    with pytest.raises(KeysUnavailableError, match="the function credential_cache_keys failed") as caught:
        FunctionKeys(lambda: given).ring(make=True)
    assert "canary" not in str(caught.value)
    assert "short" not in str(caught.value)


def test_a_failure_is_told_without_its_text_and_remembered_for_a_minute():
    time, asked = Time(), Asked(RuntimeError("canary"), NEW)
    keys = FunctionKeys(asked, monotonic=time)
    for _ in range(3):
        with pytest.raises(KeysUnavailableError, match=r"failed: RuntimeError$") as caught:
            keys.ring(make=True)
        assert caught.value.__cause__ is None
    assert asked.calls == 1
    time.now = 60.0
    assert revealed(keys.ring(make=True)) == [NEW]


def test_an_unknown_key_makes_it_ask_again_once_a_minute():
    time, asked = Time(), Asked(OLD, [NEW, OLD])
    keys = FunctionKeys(asked, monotonic=time)
    keys.ring(make=False)
    assert revealed(keys.again(b"unknown")) == [NEW, OLD]
    keys.again(b"unknown")
    assert asked.calls == 2
    keys.again(b"another")
    time.now = 60.0
    keys.again(b"unknown")
    assert asked.calls == 4


def test_a_service_that_fails_later_leaves_what_it_gave(tmp_path):
    keys = FunctionKeys(Asked(OLD, RuntimeError("down")))
    assert revealed(keys.ring(make=False)) == [OLD]
    assert revealed(keys.again(b"unknown")) == [OLD]


def test_a_function_that_needs_the_cache_itself_does_not_hang():
    keys = FunctionKeys(lambda: keys.ring(make=True))
    with pytest.raises(KeysUnavailableError, match="needs the cache whose keys it gives"):
        keys.ring(make=True)


def test_threads_ask_once():
    entered, go = threading.Event(), threading.Event()
    calls = []

    def slow():
        calls.append(1)
        entered.set()
        assert go.wait(30)
        return NEW

    keys, found = FunctionKeys(slow), []
    threads = [threading.Thread(target=lambda: found.append(revealed(keys.ring(make=True)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert entered.wait(30)
    go.set()
    for thread in threads:
        thread.join(30)
    assert found == [[NEW]] * 8
    assert calls == [1]


def test_a_cache_follows_a_rotation_elsewhere_and_fails_open(tmp_path):
    log = []

    def cache(function):
        return FileCache(
            tmp_path / "cache", keys=FunctionKeys(function), log=lambda event, fields: log.append(fields["reason"])
        )

    running = cache(Asked(OLD, [NEW, OLD]))
    assert running.write(IDENTITY, ENTRY)
    assert cache(lambda: [NEW, OLD]).read(IDENTITY) == ENTRY
    assert cache(lambda: [NEW, OLD]).write(IDENTITY, ENTRY)
    assert running.read(IDENTITY) == ENTRY
    assert log == []
    broken = cache(Asked(OSError("canary")))
    assert broken.read(IDENTITY) is None
    assert not broken.write(IDENTITY, ENTRY)
    assert broken.read(IDENTITY) == ENTRY
    assert log == ["the function credential_cache_keys failed: OSError"]

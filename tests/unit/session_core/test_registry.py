import os
import threading
import time

import pytest
from sotalia.exceptions import ComponentCycleError, UnknownComponentError
from sotalia.session_core.registry import ComponentRegistry


def test_a_lazy_factory_runs_once_for_any_number_of_threads():
    registry = ComponentRegistry()
    calls = []
    start = threading.Barrier(32)

    def factory():
        calls.append(1)
        time.sleep(0.01)
        return object()

    registry.lazy_register_component("thing", factory)
    found = []

    def ask():
        start.wait()
        found.append(registry.get_component("thing"))

    threads = [threading.Thread(target=ask) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert len(set(map(id, found))) == 1
    assert len(found) == 32


def test_a_circle_is_named():
    registry = ComponentRegistry()
    registry.lazy_register_component("a", lambda: registry.get_component("b"))
    registry.lazy_register_component("b", lambda: registry.get_component("c"))
    registry.lazy_register_component("c", lambda: registry.get_component("a"))
    with pytest.raises(ComponentCycleError, match="a -> b -> c -> a"):
        registry.get_component("a")


def test_an_unknown_name_names_its_neighbours():
    registry = ComponentRegistry()
    registry.register_component("event_emitter", 1)
    with pytest.raises(UnknownComponentError, match=r"'event_emiter'.*Did you mean 'event_emitter'"):
        registry.get_component("event_emiter")


def test_overriding_replaces_what_was_made_and_what_was_lazy():
    registry = ComponentRegistry({"clock": lambda: "default"})
    assert registry.get_component("clock") == "default"
    assert registry.overridden == frozenset()
    registry.register_component("clock", "mine")
    assert registry.get_component("clock") == "mine"
    registry.lazy_register_component("clock", lambda: "later")
    assert registry.get_component("clock") == "later"
    assert registry.overridden == {"clock"}


def test_a_factory_that_fails_may_be_asked_again():
    registry = ComponentRegistry()
    answers = iter([ValueError("not yet"), "now"])

    def factory():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    registry.lazy_register_component("thing", factory)
    with pytest.raises(ValueError, match="not yet"):
        registry.get_component("thing")
    assert registry.get_component("thing") == "now"


def test_a_component_registered_while_its_factory_runs_wins():
    registry = ComponentRegistry()

    def factory():
        registry.register_component("thing", "explicit")
        return "made"

    registry.lazy_register_component("thing", factory)
    assert registry.get_component("thing") == "explicit"


def test_a_child_forked_while_a_factory_runs_makes_its_own():
    registry = ComponentRegistry()
    inside = threading.Event()
    go_on = threading.Event()
    parent = os.getpid()

    def factory():
        if os.getpid() == parent:
            inside.set()
            go_on.wait(10)
        return "made"

    registry.lazy_register_component("thing", factory)
    thread = threading.Thread(target=registry.get_component, args=("thing",))
    thread.start()
    inside.wait(10)
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads is what is tested
        child = os.fork()
    if child == 0:
        os._exit(0 if registry.get_component("thing") == "made" else 1)
    deadline = time.monotonic() + 5
    status = None
    while time.monotonic() < deadline:
        done, code = os.waitpid(child, os.WNOHANG)
        if done:
            status = code
            break
        time.sleep(0.01)
    go_on.set()
    thread.join()
    if status is None:
        os.kill(child, 9)
        os.waitpid(child, 0)
    assert status == 0


class Owner:
    """What factories are called with."""


def test_the_owner_is_not_kept_alive_and_missed_with_a_clear_error():
    owner = Owner()
    registry = ComponentRegistry({"clock": lambda owner: [], "other": lambda owner: []}, owner)
    clock = registry.get_component("clock")
    assert sorted(registry.names()) == ["clock", "other"]
    del owner
    assert registry.get_component("clock") is clock
    with pytest.raises(ReferenceError, match="keep the session"):
        registry.get_component("other")


def test_a_default_is_the_same_for_all_who_look_it_up():
    registry = ComponentRegistry({"clock": lambda: [], "other": lambda: []})
    before = registry.components
    registry.register_component("other", "mine")
    assert registry.components["clock"] is before["clock"]
    assert before["other"].get() == []
    with pytest.raises(KeyError):
        before["third"]


def test_who_holds_a_component_keeps_it():
    owner = Owner()
    registry = ComponentRegistry({"clock": lambda owner: [owner]}, owner)
    held = registry.components
    registry.register_component("clock", "other")
    assert held["clock"].is_default
    assert held["clock"].get() == [owner]
    assert held["clock"].get() is held["clock"].get()
    assert registry.get_component("clock") == "other"
    assert not registry.components["clock"].is_default


def test_rewiring_leaves_what_was_registered():
    numbers = iter(range(9))
    registry = ComponentRegistry({"a": lambda: next(numbers), "b": lambda: next(numbers)})
    registry.register_component("b", "mine")
    assert registry.get_component("a") == 0
    registry.rewire("a")
    registry.rewire("b")
    assert registry.get_component("a") == 1
    assert registry.get_component("b") == "mine"


def test_registering_in_many_threads_loses_nothing():
    registry = ComponentRegistry()
    start = threading.Barrier(8)

    def register(number):
        start.wait()
        for index in range(50):
            registry.register_component(f"{number}-{index}", index)

    threads = [threading.Thread(target=register, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(registry.names()) == len(registry.overridden) == 400

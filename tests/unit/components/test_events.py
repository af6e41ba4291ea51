import copy
import functools
import os
import pickle
import subprocess
import sys
import threading
import weakref

import pytest
from sotalia.components.errors import InvalidHandlerError
from sotalia.components.events import EventEmitter


def named(name):
    def handler(**kwargs):
        return name

    return handler


def heard(emitter, event_name):
    return [response for _, response in emitter.emit(event_name)]


def with_names(*names, order=None):
    emitter = EventEmitter()
    for name in order or names:
        emitter.register(name, named(name))
    return emitter


# --- emitting -------------------------------------------------------------------------------


def test_emit_returns_each_handler_with_its_response():
    emitter = EventEmitter()
    first, second = named(1), named(None)
    emitter.register("a", first)
    emitter.register("a", second)
    assert emitter.emit("a") == [(first, 1), (second, None)]


def test_handlers_get_the_keywords_and_the_emitted_name():
    emitter = EventEmitter()
    seen = []
    emitter.register("a", lambda **kwargs: seen.append(kwargs))
    emitter.emit("a.b", params={"x": 1})
    assert seen == [{"params": {"x": 1}, "event_name": "a.b"}]


def test_a_handler_may_name_the_keywords_it_wants():
    emitter = EventEmitter()
    emitter.register("a", lambda params, event_name, **kwargs: (params, event_name))
    assert emitter.emit("a", params=1)[0][1] == (1, "a")


def test_emitting_where_nobody_listens_returns_nothing():
    assert EventEmitter().emit("a.b.c", x=1) == []
    assert with_names("a.b").emit("a") == []


def test_until_response_stops_at_the_first_answer_that_is_not_none():
    emitter = EventEmitter()
    called = []
    answer = named(False)
    emitter.register("a", lambda **kwargs: called.append(1))
    emitter.register("a", answer)
    emitter.register("a", lambda **kwargs: called.append(2))
    assert emitter.emit_until_response("a") == (answer, False)
    assert called == [1]


def test_until_response_without_any_answer():
    emitter = EventEmitter()
    assert emitter.emit_until_response("a") == (None, None)
    emitter.register("a", named(None))
    assert emitter.emit_until_response("a") == (None, None)


def test_what_a_handler_raises_reaches_the_caller_and_ends_the_emission():
    emitter = EventEmitter()
    called = []

    def broken(**kwargs):
        raise LookupError("mine")

    emitter.register("a", broken)
    emitter.register("a", lambda **kwargs: called.append(1))
    with pytest.raises(LookupError, match="mine"):
        emitter.emit("a")
    assert called == []


def test_has_handlers_and_handlers_for():
    emitter = with_names("a.b", "*")
    assert emitter.has_handlers("a.b.c")
    assert [h() for h in emitter.handlers_for("a.b.c")] == ["a.b", "*"]
    assert not with_names("a.b").has_handlers("a")
    assert with_names("a.b").handlers_for("a") == ()


# --- names ----------------------------------------------------------------------------------


def test_the_most_specific_name_is_called_first():
    emitter = with_names("general", "general.specific", "general.specific.more")
    assert heard(emitter, "general.specific.more") == ["general.specific.more", "general.specific", "general"]


def test_a_wildcard_stands_for_exactly_one_part():
    emitter = with_names("a.*.c")
    assert heard(emitter, "a.b.c") == ["a.*.c"]
    assert heard(emitter, "a.b.c.d") == ["a.*.c"]
    assert heard(emitter, "a.c") == []
    assert heard(emitter, "a.b.b.c") == []


def test_a_wildcard_hears_what_lies_below_it():
    assert heard(with_names("*"), "a.b.c") == ["*"]


def test_a_star_among_other_characters_is_no_pattern():
    emitter = with_names("provide-client-params.s3.*objects")
    assert heard(emitter, "provide-client-params.s3.list_objects") == []
    assert heard(emitter, "provide-client-params.s3.*objects") != []


def test_among_names_of_one_depth_the_wildcard_goes_first_from_the_left():
    # the order of boto3 1.44.5, found by running it
    names = ["*.*.*", "*.*.c", "*.b.*", "*.b.c", "a.*.*", "a.*.c", "a.b.*", "a.b.c"]
    emitter = with_names(order=[names[i] for i in (3, 7, 0, 5, 1, 6, 2, 4)])
    assert heard(emitter, "a.b.c") == names


def test_a_deeper_name_goes_before_a_wildcard_above_it():
    assert heard(with_names("*", "a.b", "*.b.c"), "a.b.c") == ["*.b.c", "a.b", "*"]


def test_emitting_a_star_calls_a_wildcard_once():
    assert heard(with_names("a.*", "a.b"), "a.*") == ["a.*"]


def test_empty_parts_are_parts():
    assert heard(with_names("a..b", "a."), "a..b") == ["a..b", "a."]
    assert heard(with_names(""), "") == [""]
    assert heard(with_names(""), "a") == []


# --- order within a name --------------------------------------------------------------------


def test_first_normal_last_then_order_of_registering():
    emitter = EventEmitter()
    for i in range(2):
        emitter.register_last("a", named(f"last{i}"))
        emitter.register("a", named(f"normal{i}"))
        emitter.register_first("a", named(f"first{i}"))
    assert heard(emitter, "a") == ["first0", "first1", "normal0", "normal1", "last0", "last1"]


def test_first_and_last_hold_within_one_name_only():
    emitter = EventEmitter()
    emitter.register_first("a", named("first of a"))
    emitter.register_last("a.b", named("last of a.b"))
    assert heard(emitter, "a.b") == ["last of a.b", "first of a"]


def test_one_handler_may_be_registered_twice():
    emitter = EventEmitter()
    handler = named(1)
    emitter.register("a", handler)
    emitter.register("a", handler)
    assert heard(emitter, "a") == [1, 1]
    emitter.unregister("a", handler)
    assert heard(emitter, "a") == [1]


# --- removing -------------------------------------------------------------------------------


def test_unregister_removes_from_the_name_it_was_registered_under():
    emitter = EventEmitter()
    handler = named(1)
    emitter.register("a.b", handler)
    emitter.unregister("a.*", handler)
    emitter.unregister("a", handler)
    assert heard(emitter, "a.b") == [1]
    emitter.unregister("a.b", handler)
    assert heard(emitter, "a.b") == []


def test_a_bound_method_is_removed_by_an_equal_bound_method():
    class Counter:
        def count(self, **kwargs):
            return 1

    counter = Counter()
    emitter = EventEmitter()
    emitter.register("a", counter.count)
    emitter.unregister("a", counter.count)
    assert not emitter.has_handlers("a")


@pytest.mark.parametrize("kwargs", [{}, {"handler": named(2)}, {"unique_id": "nobody"}])
def test_unregistering_what_is_not_there_is_silent(kwargs):
    emitter = EventEmitter()
    emitter.register("a", named(1))
    emitter.unregister("a", **kwargs)
    emitter.unregister("b.c", **kwargs)
    assert heard(emitter, "a") == [1]


def test_a_removed_handler_is_let_go():
    emitter = EventEmitter()
    handler = named(1)
    gone = weakref.ref(handler)
    emitter.register("a.b", handler)
    emitter.emit("a.b")
    emitter.unregister("a.b", handler)
    del handler
    assert gone() is None


# --- unique ids -----------------------------------------------------------------------------


def test_an_id_is_registered_once():
    emitter = EventEmitter()
    emitter.register("a", named("first"), unique_id="x")
    emitter.register("a", named("second"), unique_id="x")
    emitter.register_first("b", named("third"), unique_id="x")
    assert heard(emitter, "a") == ["first"]
    assert heard(emitter, "b") == []


def test_an_id_is_free_again_after_it_was_removed():
    emitter = EventEmitter()
    handler = named(1)
    for how in ({"unique_id": "x"}, {"handler": handler}):
        emitter.register("a", handler, unique_id="x")
        emitter.unregister("a", **how)
        assert heard(emitter, "a") == []
    emitter.register("a", named(2), unique_id="x")
    assert heard(emitter, "a") == [2]


def test_an_id_is_removed_under_its_own_event_only():
    emitter = EventEmitter()
    emitter.register("a", named(1), unique_id="x")
    emitter.unregister("b", unique_id="x")
    emitter.register("a", named(2), unique_id="x")
    assert heard(emitter, "a") == [1]


def test_a_counting_id_needs_as_many_removals_as_registrations():
    emitter = EventEmitter()
    for _ in range(3):
        emitter.register("a", named(1), unique_id="x", unique_id_uses_count=True)
    for left in ([1], [1], [], []):
        emitter.unregister("a", unique_id="x", unique_id_uses_count=True)
        assert heard(emitter, "a") == left


@pytest.mark.parametrize("counts", [True, False])
def test_an_id_cannot_be_used_with_and_without_counting(counts):
    emitter = EventEmitter()
    emitter.register("a", named(1), unique_id="x", unique_id_uses_count=counts)
    with pytest.raises(InvalidHandlerError, match="unique_id_uses_count"):
        emitter.register("a", named(1), unique_id="x", unique_id_uses_count=not counts)
    with pytest.raises(ValueError, match="unique_id_uses_count"):
        emitter.unregister("a", unique_id="x", unique_id_uses_count=not counts)


# --- handlers that are refused --------------------------------------------------------------


@pytest.mark.parametrize("handler", [lambda params: None, print, lambda: None, object().__eq__, 5, None])
def test_a_handler_that_cannot_take_any_keyword_is_refused(handler):
    with pytest.raises(InvalidHandlerError, match=r"for 'before-call\.s3'"):
        EventEmitter().register("before-call.s3", handler)


def test_the_refusal_names_the_handler_and_the_remedy():
    def refused(params):
        return None

    with pytest.raises(ValueError, match=r"test_events.*refused.*\(\*\*kwargs\)"):
        EventEmitter().register("a", refused)


class Callable:
    def __call__(self, **kwargs):
        return "called"

    def method(self, **kwargs):
        return "method"

    @classmethod
    def of_class(cls, **kwargs):
        return "class"

    @staticmethod
    def static(**kwargs):
        return "static"


@pytest.mark.parametrize(
    ("handler", "response"),
    [
        (Callable(), "called"),
        (Callable().method, "method"),
        (Callable.of_class, "class"),
        (Callable.static, "static"),
        (functools.partial(lambda answer, **kwargs: answer, "partial"), "partial"),
        (functools.lru_cache(lambda **kwargs: "cached"), "cached"),
        (dict, {"event_name": "a"}),
    ],
)
def test_every_kind_of_callable_may_be_a_handler(handler, response):
    emitter = EventEmitter()
    emitter.register("a", handler)
    assert heard(emitter, "a") == [response]


def test_a_name_that_is_no_string_is_refused():
    with pytest.raises(InvalidHandlerError, match="str"):
        EventEmitter().register(5, named(1))


def test_the_refusal_pickles_and_shows_no_state_of_the_handler():
    class Holder:
        def __repr__(self):
            return "hunter2"

        def handler(self):
            return None

    with pytest.raises(InvalidHandlerError) as caught:
        EventEmitter().register("a", Holder().handler)
    assert "hunter2" not in str(caught.value)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


# --- copies ---------------------------------------------------------------------------------


@pytest.mark.parametrize("duplicate", [copy.copy, EventEmitter.copy])
def test_a_copy_has_the_handlers_and_is_isolated(duplicate):
    session = EventEmitter()
    session.register("a", named("session"))
    client = duplicate(session)
    session.register("a", named("session, later"))
    client.register("a", named("client"))
    assert heard(session, "a") == ["session", "session, later"]
    assert heard(client, "a") == ["session", "client"]


def test_unique_ids_are_isolated_by_a_copy():
    session = EventEmitter()
    session.register("a", named(1), unique_id="x")
    client = session.copy()
    client.unregister("a", unique_id="x")
    assert heard(session, "a") == [1]
    assert heard(client, "a") == []
    client.register("a", named(2), unique_id="x")
    assert heard(client, "a") == [2]


# --- aliases --------------------------------------------------------------------------------


@pytest.fixture
def aliased():
    return EventEmitter(aliases={"logs": "cloudwatch-logs", "runtime.sagemaker": "sagemaker-runtime"})


@pytest.mark.parametrize(
    ("registered", "emitted"),
    [
        ("before-call.logs", "before-call.cloudwatch-logs.GetQuery"),
        ("before-call.logs.GetQuery", "before-call.cloudwatch-logs.GetQuery"),
        ("before-call.cloudwatch-logs", "before-call.logs.GetQuery"),
        ("docs.*.logs.x", "docs.title.cloudwatch-logs.x"),
        ("before-call.runtime.sagemaker.Op", "before-call.sagemaker-runtime.Op"),
    ],
)
def test_an_alias_counts_as_the_name_it_stands_for(aliased, registered, emitted):
    handler = named(1)
    aliased.register(registered, handler)
    assert heard(aliased, emitted) == [1]
    aliased.copy().unregister(registered, handler)
    aliased.unregister(registered, handler)
    assert heard(aliased, emitted) == []


def test_handlers_are_told_the_actual_name(aliased):
    aliased.register("before-call.logs", lambda event_name, **kwargs: event_name)
    assert heard(aliased, "before-call.logs.X") == ["before-call.cloudwatch-logs.X"]


def test_the_kind_of_an_event_is_never_an_alias(aliased):
    aliased.register("logs", lambda event_name, **kwargs: event_name)
    assert heard(aliased, "logs.x") == ["logs.x"]


# --- changes while emitting, threads, fork --------------------------------------------------


def test_what_is_registered_by_a_handler_counts_from_the_next_emission():
    emitter = EventEmitter()

    def adds(**kwargs):
        emitter.register("a", named("added"), unique_id="once")
        return "adds"

    emitter.register("a", adds)
    assert heard(emitter, "a") == ["adds"]
    assert heard(emitter, "a") == ["adds", "added"]


def test_registering_after_an_emission_is_seen_by_the_next():
    emitter = EventEmitter()
    assert heard(emitter, "a.b") == []
    emitter.register("a", named(1))
    assert heard(emitter, "a.b") == [1]


def test_names_without_end_do_not_grow_the_memory_without_end():
    emitter = with_names("a")
    for i in range(10_000):
        assert emitter.has_handlers(f"a.{i}")
    assert len(emitter._table) <= 4096


def test_no_registration_is_lost_among_threads():
    emitter = EventEmitter()
    start = threading.Barrier(8)

    def work(number):
        start.wait()
        for i in range(100):
            handler = named((number, i))
            emitter.register(f"a.{i % 7}", handler)
            if i % 2:
                emitter.unregister(f"a.{i % 7}", handler)
            emitter.emit("a.0")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    got = sorted(answer for i in range(7) for answer in heard(emitter, f"a.{i}"))
    assert got == sorted((n, i) for n in range(8) for i in range(0, 100, 2))


def test_a_finalizer_that_registers_meanwhile_loses_nothing():
    emitter = EventEmitter()

    class Meddler:  # registers from inside a comparison, as a finalizer might at any point
        def __call__(self, **kwargs):
            return "meddler"

        def __eq__(self, other):
            emitter.register("a", named("late"), unique_id="late")
            return self is other

        __hash__ = object.__hash__

    meddler = Meddler()
    emitter.register("a", meddler)
    emitter.unregister("a", meddler)
    assert heard(emitter, "a") == ["late"]


def test_a_child_forked_while_another_thread_registers_can_register():
    program = """
import os, threading
from sotalia.components import events
held, done = threading.Event(), threading.Event()
def hold():
    with events._writing:
        held.set()
        done.wait(30)
threading.Thread(target=hold).start()
held.wait()
pid = os.fork()
if pid == 0:
    emitter = events.EventEmitter()
    emitter.register("a", lambda **kwargs: 7)
    os._exit(emitter.emit("a")[0][1])
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
done.set()
raise SystemExit(code)
"""
    finished = subprocess.run([sys.executable, "-W", "ignore", "-c", program], timeout=60, env=os.environ)
    assert finished.returncode == 7

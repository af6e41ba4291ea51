"""The emitter against a matcher that is too simple to be wrong."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sotalia.components.events import EventEmitter


def named(name):
    def handler(**kwargs):
        return name

    return handler


def naive(registrations, event_name):
    """What should be called, in order: all that match, sorted by the rules that boto3's emitter showed."""
    event = event_name.split(".")

    def matches(pattern):
        return len(pattern) <= len(event) and all(p in ("*", e) for p, e in zip(pattern, event, strict=False))

    def rank(registration):
        number, (name, section, _) = registration
        pattern = name.split(".")
        return (-len(pattern), [part != "*" for part in pattern], section, number)

    found = [r for r in enumerate(registrations) if matches(r[1][0].split("."))]
    return [handler for _, (_, _, handler) in sorted(found, key=rank)]


names = st.lists(st.sampled_from(["a", "b", "c", "*"]), min_size=1, max_size=4).map(".".join)
events = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=5).map(".".join)
actions = st.lists(
    st.one_of(
        st.tuples(st.just("register"), names, st.integers(0, 2)),
        st.tuples(st.just("unregister"), st.integers(0, 1000)),
        st.tuples(st.just("emit"), events),
        st.tuples(st.just("copy")),
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(actions, st.lists(events, min_size=1, max_size=5))
def test_the_trie_agrees_with_a_naive_matcher(steps, emitted):
    emitter = EventEmitter()
    registrations = []
    left_behind = []
    for step in steps:
        if step[0] == "register":
            _, name, section = step
            handler = named(object())
            registrations.append((name, section, handler))
            [emitter.register_first, emitter.register, emitter.register_last][section](name, handler)
        elif step[0] == "unregister" and registrations:
            name, _, handler = registrations.pop(step[1] % len(registrations))
            emitter.unregister(name, handler)
        elif step[0] == "emit":
            assert [h for h, _ in emitter.emit(step[1])] == naive(registrations, step[1])
        elif step[0] == "copy":
            left_behind.append((emitter, list(registrations)))
            emitter = emitter.copy()
    for one, registered in [*left_behind, (emitter, registrations)]:
        for event in emitted:
            assert list(one.handlers_for(event)) == naive(registered, event)

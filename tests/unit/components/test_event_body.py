"""A body of events: made while it is sent, signed in a chain, sent again where that is possible."""

import pytest
from sotalia.components.event_body import EventBody, EventSourceError


def encode(event: str, number: int) -> bytes:
    return f"{number}{event}".encode()


def test_events_are_taken_one_by_one():
    taken = []

    def events():
        for letter in "abc":
            taken.append(letter)
            yield letter

    pieces = iter(EventBody(events(), encode))
    assert taken == []
    assert next(pieces) == b"1a"
    assert taken == ["a"]
    assert list(pieces) == [b"2b", b"3c"]


def test_an_initial_message_comes_first_and_an_empty_one_last_if_they_are_signed():
    body = EventBody("ab", encode, b"initial")
    assert list(body) == [b"initial", b"1a", b"2b"]
    body.sign = lambda message: b"<" + message + b">"
    assert list(body) == [b"<initial>", b"<1a>", b"<2b>", b"<>"]


def test_a_list_can_be_sent_again_and_an_iterator_until_something_was_taken():
    again, once = EventBody(["a"], encode, b"initial"), EventBody(iter(["a"]), encode, b"initial")
    for body in (again, once):
        pieces = iter(body)
        assert next(pieces) == b"initial"
        assert not body.spent
        assert next(pieces) == b"1a"
    assert not again.spent
    assert once.spent
    assert list(again) == [b"initial", b"1a"]


@pytest.mark.parametrize("error", [OSError("gone"), ValueError("a header of theirs"), KeyError("x")])
def test_what_the_source_raises_is_kept(error):
    def events():
        yield "a"
        raise error

    body = EventBody(events(), encode)
    pieces = iter(body)
    next(pieces)
    with pytest.raises(EventSourceError):
        next(pieces)
    assert body.failure is error


def test_what_the_encoder_raises_is_kept():
    body = EventBody([1], lambda event, number: b"" if number > 1 else 1 / 0)
    with pytest.raises(EventSourceError):
        list(body)
    assert isinstance(body.failure, ZeroDivisionError)


def test_nothing_of_the_events_is_shown():
    body = EventBody(["secret"], encode)
    list(body)
    assert repr(body) == "<EventBody, 1 events taken>"

import base64
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.errors import UnsupportedPickleError
from sotalia.components.sealing import KeyRing, SealError, SealingKey, UnknownKeyError, parse_keys

OLD, NEW = SealingKey(b"o" * 32), SealingKey(b"n" * 32)
RING = KeyRing([NEW])
SEALED = RING.seal(b"plain text of the entry", b"identity")


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_what_was_sealed_is_opened(plain, identity):
    assert RING.open(RING.seal(plain, identity), identity) == plain


@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(position, change):
    changed = bytearray(SEALED)
    changed[position] ^= change
    with pytest.raises(SealError):
        RING.open(bytes(changed), b"identity")


@given(st.integers(0, len(SEALED) - 1))
def test_any_truncation_is_refused(length):
    with pytest.raises(SealError):
        RING.open(SEALED[:length], b"identity")


@given(st.binary(max_size=400))
def test_any_other_bytes_are_refused(raw):
    with pytest.raises(SealError):
        RING.open(raw, b"identity")


def test_another_identity_is_refused():
    with pytest.raises(SealError, match="of another identity"):
        RING.open(SEALED, b"identitx")


def test_an_older_format_is_refused_and_not_guessed():
    with pytest.raises(SealError, match=r"format 0\.1 is not supported"):
        RING.open(SEALED[:6] + b"\0" + SEALED[7:], b"identity")


def test_two_sealings_of_one_text_differ():
    assert RING.seal(b"x", b"i") != RING.seal(b"x", b"i")


def test_the_text_does_not_show_in_the_sealed_bytes():
    assert b"plain" not in SEALED


def test_after_a_rotation_old_entries_open_and_new_ones_need_the_new_key():
    old_entry = KeyRing([OLD]).seal(b"old", b"i")
    rotated = KeyRing([NEW, OLD])
    assert rotated.open(old_entry, b"i") == b"old"
    with pytest.raises(UnknownKeyError):
        KeyRing([OLD]).open(rotated.seal(b"new", b"i"), b"i")


def test_keys_are_read_from_base64_of_both_alphabets():
    raw = bytes(range(192, 224))
    for text in (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()):
        assert parse_keys(f" {text} ").keys[0].reveal() == raw


@pytest.mark.parametrize("text", ["", "canary", "Y2FuYXJ5", "é" * 44, "A" * 43, "===="])
def test_a_bad_key_is_refused_without_repeating_it(text):
    with pytest.raises(ValueError, match=r"key 1 (is not base64|has \d+ bytes, not 32)") as caught:
        parse_keys(text)
    assert not text or text not in str(caught.value)


def test_a_key_neither_shows_nor_pickles():
    assert "nnnn" not in repr(NEW)
    assert "nnnn" not in repr(RING)
    with pytest.raises(UnsupportedPickleError):
        pickle.dumps(NEW)

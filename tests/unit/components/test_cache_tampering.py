"""Whatever is done to the files of the cache is a miss and one warning: no exception, no wait, no wrong answer."""

import base64
import json
import os
import socket
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_format import Stored, open_entry, seal_entry
from sotalia.components.sealing import KeyRing, SealError, SealingKey, parse_keys

ONE = EntryIdentity.of("iam-role", role="one")
OTHER = EntryIdentity.of("iam-role", role="other")
ENTRY = Entry({"access_key": "AKIA", "secret_key": "s" * 40, "token": "t" * 60}, 1000.0, 7)
KEY = base64.b64encode(b"k" * 32).decode()
SEALED = seal_entry(parse_keys(KEY), ONE, ENTRY)


class Tampered:
    """A cache whose one entry is written past it."""

    def __init__(self, folder, environ=None):
        self.folder = folder
        self.folder.mkdir(0o700, exist_ok=True)
        self.environ = {"SOTALIA_CACHE_KEY": KEY} if environ is None else environ
        self.path = folder / f"{ONE.digest()}.v2"

    def put(self, raw):
        if not self.path.exists():
            self.path.touch(0o600)
        self.path.write_bytes(raw)

    def warnings(self):
        """Read three times as a new process does; return its warnings."""
        log = []
        cache = FileCache(self.folder, environ=self.environ, log=lambda event, fields: log.append((event, fields)))
        assert [cache.read(ONE) for _ in range(3)] == [None] * 3
        return [(event, fields["reason"]) for event, fields in log]


@pytest.fixture
def tampered(tmp_path):
    return Tampered(tmp_path / "cache")


def test_untouched_it_opens(tampered):
    tampered.put(SEALED)
    assert FileCache(tampered.folder, environ=tampered.environ).read(ONE) == ENTRY


def test_each_bit_of_each_byte():
    ring = parse_keys(KEY)
    for position in range(len(SEALED)):
        for bit in range(8):
            changed = bytearray(SEALED)
            changed[position] ^= 1 << bit
            with pytest.raises(SealError):
                open_entry(ring, ONE.digest(), bytes(changed))


def test_each_byte_in_the_file(tampered):
    for position in range(len(SEALED)):
        changed = bytearray(SEALED)
        changed[position] ^= 1 << position % 8
        tampered.put(bytes(changed))
        assert [event for event, _ in tampered.warnings()] == ["cache_entry_rejected"], position


def test_every_length(tampered):
    for length in range(len(SEALED)):
        tampered.put(SEALED[:length] + (bytes(len(SEALED) - length) if length % 2 else b""))  # or a hole, as of a crash
        assert [event for event, _ in tampered.warnings()] == ["cache_entry_rejected"], length


@pytest.mark.parametrize("more", [b"\0", b"x", SEALED])
def test_something_behind_it(tampered, more):
    tampered.put(SEALED + more)
    assert tampered.warnings() == [("cache_entry_rejected", "changed, or of another identity")]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, len(SEALED)), st.integers(0, len(SEALED)), st.binary(max_size=20)), min_size=1)
)
def test_any_edits(tmp_path_factory, edits):
    raw = SEALED
    for start, end, new in edits:
        raw = raw[:start] + new + raw[end:]
    if raw != SEALED:
        tampered = Tampered(tmp_path_factory.mktemp("t") / "cache")
        tampered.put(raw)
        assert [event for event, _ in tampered.warnings()] == ["cache_entry_rejected"]


def test_two_entries_in_each_others_place(tampered):
    cache = FileCache(tampered.folder, environ=tampered.environ)
    cache.write(OTHER, ENTRY)
    tampered.put((tampered.folder / f"{OTHER.digest()}.v2").read_bytes())
    assert tampered.warnings() == [("cache_entry_rejected", "changed, or of another identity")]


def test_the_entry_of_another_time_of_the_same_identity_is_only_old(tampered):
    """What sealing cannot tell: an entry that was good for this very identity once. Its end is in it."""
    tampered.put(SEALED)
    FileCache(tampered.folder, environ=tampered.environ).write(ONE, Entry({"access_key": "NEW"}, 2000.0, 7))
    tampered.put(SEALED)
    assert FileCache(tampered.folder, environ=tampered.environ).read(ONE) == ENTRY


@pytest.mark.parametrize("version", [0, 1, 3, 255])
@pytest.mark.parametrize("algorithm", [0, 1, 2, 255])
def test_another_version_or_algorithm_in_the_header(tampered, version, algorithm):
    tampered.put(SEALED[:6] + bytes((version, algorithm)) + SEALED[8:])
    assert tampered.warnings() == [("cache_entry_rejected", f"format {version}.{algorithm} is not supported")]


def test_an_entry_of_the_first_format_is_not_seen_and_not_touched(tampered):
    old = tampered.folder / f"{ONE.digest()}.v1"
    old.touch(0o600)
    old.write_bytes(SEALED[:6] + bytes((1, 1)) + SEALED[8:])
    assert tampered.warnings() == []
    assert old.exists()
    old.rename(tampered.path)
    assert tampered.warnings() == [("cache_entry_rejected", "format 1.1 is not supported")]


def test_a_foreign_key(tampered):
    tampered.put(seal_entry(KeyRing([SealingKey(b"x" * 32)]), ONE, ENTRY))
    assert tampered.warnings() == [("cache_entry_rejected", "sealed with a key that is not known here")]


def test_a_foreign_key_that_says_it_is_ours(tampered):
    foreign = seal_entry(KeyRing([SealingKey(b"x" * 32)]), ONE, ENTRY)
    tampered.put(foreign[:8] + SEALED[8:16] + foreign[16:])
    assert tampered.warnings() == [("cache_entry_rejected", "changed, or of another identity")]


@pytest.mark.parametrize(
    "plain",
    [
        json.dumps(ENTRY.to_document()).encode(),
        json.dumps(
            {"identity": {"kind": ONE.kind, "attributes": ONE.attributes}, "entry": ENTRY.to_document()}
        ).encode(),
        b"SOTALI" + json.dumps(ENTRY.to_document()).encode(),
        SEALED[:44] + json.dumps(ENTRY.to_document()).encode(),
        b"",
        b"null",
        bytes(100),
    ],
    ids=["entry", "document", "magic", "header", "nothing", "null", "zeros"],
)
def test_plain_text(tampered, plain):
    tampered.put(plain)
    assert [event for event, _ in tampered.warnings()] == ["cache_entry_rejected"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
GOOD = {"identity": {"kind": "iam-role", "attributes": [["role", "one"]]}, "entry": ENTRY.to_document()}


@settings(max_examples=80)
@given(st.sampled_from(["identity", "entry", "kind", "attributes", ""]), JSON)
def test_sealed_as_it_should_be_but_of_another_shape(tmp_path_factory, member, value):
    document = json.loads(json.dumps(GOOD))
    if member in document:
        document[member] = value
    elif member:
        document["identity"][member] = value
    else:
        document = value
    try:
        found = open_entry(parse_keys(KEY), "d", parse_keys(KEY).seal(json.dumps(document).encode(), b"d"))
    except ValueError:
        return
    assert isinstance(found, Stored)
    assert isinstance(found.identity, EntryIdentity)
    assert isinstance(found.entry, Entry)


@pytest.mark.parametrize("plain", [b"[" * 60000, b'{"identity": ' * 4000, b"\xff\xfe", b"1e999", b"NaN"])
def test_sealed_json_that_no_parser_likes(tampered, plain):
    tampered.put(parse_keys(KEY).seal(plain, ONE.digest().encode()))
    assert tampered.warnings() == [("cache_entry_rejected", "no entry of this format")]


def test_far_too_much(tampered):
    tampered.put(SEALED)
    os.truncate(tampered.path, 1 << 42)
    assert tampered.warnings() == [
        ("cache_degraded", f"{tampered.path.name} has more than 65536 bytes: remove it"),
    ]


def socket_at(path):
    listener, here = socket.socket(socket.AF_UNIX), os.getcwd()
    os.chdir(path.parent)  # the path may be too long for a socket
    try:
        listener.bind(path.name)
    finally:
        os.chdir(here)
        listener.close()


def device_at(path):
    try:
        os.mknod(path, 0o600 | stat.S_IFCHR, os.makedev(1, 5))  # /dev/zero, which never ends
    except PermissionError:
        pytest.skip("only some may make devices")


def fifo_at(path):
    os.mkfifo(path, 0o600)


PLANTED = [fifo_at, socket_at, device_at, Path.mkdir]


@pytest.mark.parametrize("make", PLANTED, ids=lambda make: make.__name__)
def test_something_else_in_its_place(tampered, make):
    make(tampered.path)
    assert tampered.warnings() == [("cache_degraded", f"{tampered.path.name} is no regular file: remove it")]


@pytest.mark.parametrize("make", PLANTED, ids=lambda make: make.__name__)
def test_something_else_in_place_of_the_keys(tmp_path, make):
    FileCache(tmp_path / "cache", environ={}).write(ONE, ENTRY)
    (tmp_path / "cache" / "keys").unlink()
    make(tmp_path / "cache" / "keys")
    assert Tampered(tmp_path / "cache", environ={}).warnings() == [
        ("cache_degraded", "keys is no regular file: remove it"),
    ]


@pytest.mark.parametrize("make", [*PLANTED, lambda path: path.symlink_to("/dev/zero")], ids=str)
def test_something_else_in_place_of_the_folder(tmp_path, make):
    make(tmp_path / "cache")
    if (tmp_path / "cache").is_dir():
        (tmp_path / "cache").chmod(0o755)
    log = []
    cache = FileCache(tmp_path / "cache", environ={}, log=lambda event, fields: log.append(event))
    for _ in range(3):
        assert cache.read(ONE) is None
    assert log == ["cache_degraded"]


def test_a_fifo_with_a_writer_that_says_nothing_does_not_hang(tampered):
    fifo_at(tampered.path)
    fd = os.open(tampered.path, os.O_RDWR)
    try:
        done = []
        reader = threading.Thread(target=lambda: done.append(tampered.warnings()))
        reader.start()
        reader.join(20)
        assert [event for event, _ in done[0]] == ["cache_degraded"]
    finally:
        os.close(fd)


def test_what_cannot_be_replaced_is_kept_in_memory_with_one_more_warning(tampered):
    tampered.path.mkdir()
    log = []
    cache = FileCache(tampered.folder, environ=tampered.environ, log=lambda event, fields: log.append(fields["reason"]))
    for _ in range(3):
        assert not cache.write(ONE, ENTRY)
        assert cache.read(ONE) == ENTRY
    assert len(log) == 2
    assert not list(tampered.folder.glob(".*.tmp"))

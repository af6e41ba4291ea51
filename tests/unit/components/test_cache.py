import os
import pickle

import fresh
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_backends import open_cache
from sotalia.components.errors import InvalidSettingError, UnsupportedPickleError

NAMES = st.text("ab1,:\u00e9\udc80", max_size=4)
PAIRS = st.dictionaries(NAMES, NAMES, max_size=3)


@given(NAMES, PAIRS, NAMES, PAIRS)
def test_two_identities_share_a_canonical_form_only_if_they_are_equal(kind, attributes, other_kind, other_attributes):
    one = EntryIdentity(kind, tuple(attributes.items()))
    other = EntryIdentity(other_kind, tuple(other_attributes.items()))
    same = (kind, attributes) == (other_kind, other_attributes)
    assert (one.canonical() == other.canonical()) is same
    assert (one == other) is same
    assert (one.digest() == other.digest()) is same


def test_the_order_of_attributes_does_not_matter_and_none_means_not_set():
    assert EntryIdentity.of("k", a="1", b=2, c=None) == EntryIdentity.of("k", b="2", a="1")


def test_an_identity_belongs_to_the_user_of_the_process():
    assert ("uid", str(os.geteuid())) in EntryIdentity.of("k").attributes
    assert EntryIdentity.of("k", uid=1) != EntryIdentity.of("k", uid=2)


def test_an_identity_is_immutable_hashable_and_pickles():
    identity = EntryIdentity.of("assume-role", external_id="canary")
    with pytest.raises(AttributeError):
        identity.kind = "other"
    again = pickle.loads(pickle.dumps(identity))
    assert again == identity
    assert hash(again) == hash(identity)
    assert "canary" not in repr(identity)


def test_an_entry_is_immutable_and_neither_shows_nor_pickles():
    entry = Entry({"secret_key": "canary"}, 1.0, 2, failure="no", failure_until=3.0)
    assert "canary" not in repr(entry)
    with pytest.raises(AttributeError):
        entry.value = {}
    with pytest.raises(TypeError):
        entry.value["secret_key"] = "x"
    with pytest.raises(UnsupportedPickleError):
        pickle.dumps(entry)


def test_an_entry_comes_back_from_its_document():
    entry = Entry({"access_key": "A"}, 1.5, 2, "no", 3.0, ("B",), {"type": "X"})
    assert Entry.from_document(entry.to_document()) == entry


def test_open_cache_knows_its_kinds(tmp_path):
    assert open_cache("memory") is open_cache("memory")
    assert open_cache("off").name == "off"
    assert open_cache("file", tmp_path / "x", environ={}).name == "file"
    assert not (tmp_path / "x").exists()
    with pytest.raises(InvalidSettingError, match="'redis' for credential_cache"):
        open_cache("redis")


def test_without_a_home_folder_the_cache_is_in_memory(tmp_path):
    log = []
    cache = open_cache("file", environ={"HOME": str(tmp_path / "missing")}, log=lambda *record: log.append(record))
    assert cache.name == "memory"
    assert len(log) == 1


def test_importing_the_cache_imports_nothing_heavy():
    heavy = {"filelock", "cryptography", "hashlib", "json", "random", "dataclasses", "inspect", "structlog"}
    heavy |= {"base64", "tempfile", "logging"}
    there = fresh.modules_after(
        "import sotalia.components.cache, sotalia.components.single_flight, sotalia.components.cache_file"
    )
    assert not heavy & there

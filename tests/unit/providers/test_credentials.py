import copy
import pickle

import pytest
from sotalia.components.errors import CredentialRetrievalError, UnsupportedPickleError
from sotalia.providers.credentials import Credentials, ReadOnlyCredentials
from sotalia.providers.reloading import ReloadingCredentials

CANARY = "canary-s3cr3t"


def test_a_set_unpacks_like_a_tuple_and_hides_its_secrets():
    frozen = ReadOnlyCredentials("AKID", CANARY, CANARY, "123")
    assert (frozen.access_key, frozen.secret_key, frozen.token, frozen.account_id) == tuple(frozen)
    for text in (repr(frozen), str(frozen), f"{frozen}", f"{[frozen]}", f"{ {'x': frozen} }"):
        assert CANARY not in text
        assert "AKID" in text
    assert repr(ReadOnlyCredentials("a", CANARY)).endswith("token=None, account_id=None)")


def test_explicit_credentials():
    credentials = Credentials("AKID", CANARY, "token", account_id="123")
    assert credentials.method == "explicit"
    assert credentials.get_frozen_credentials() == ("AKID", CANARY, "token", "123")
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("AKID", CANARY, "token")
    assert credentials.get_deferred_property("account_id")() == "123"
    assert CANARY not in repr(credentials)
    assert credentials.invalidate("AKID") is False
    assert credentials.invalidate("OTHER") is True


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_nothing_with_a_secret_pickles(protocol):
    for value in (Credentials("AKID", CANARY), ReadOnlyCredentials("AKID", CANARY)):
        with pytest.raises(UnsupportedPickleError) as caught:
            pickle.dumps(value, protocol)
        assert CANARY not in str(caught.value)


def test_copies_are_the_same_object():
    credentials = Credentials("AKID", CANARY)
    assert copy.copy(credentials) is credentials
    assert copy.deepcopy({"a": credentials})["a"] is credentials
    frozen = credentials.get_frozen_credentials()
    assert copy.copy(frozen) is copy.deepcopy(frozen) is frozen


class Holder:
    def __init__(self):
        self.found = ReadOnlyCredentials("A", "a")
        self.error = None

    def __call__(self):
        if self.error:
            raise self.error
        return self.found


def reloading(each_time):
    holder = Holder()
    return holder, ReloadingCredentials(holder.found, holder, method="shared-credentials-file", each_time=each_time)


def test_a_changed_source_is_seen_at_the_next_attempt():
    holder, credentials = reloading(each_time=True)
    assert credentials.access_key == "A"
    holder.found = ReadOnlyCredentials("B", "b", "t")
    assert credentials.get_frozen_credentials() == ("B", "b", "t", None)


@pytest.mark.parametrize("trouble", [None, CredentialRetrievalError(provider="x", error_msg="y"), OSError()])
def test_a_source_that_has_nothing_now_keeps_the_set(trouble):
    holder, credentials = reloading(each_time=True)
    holder.found, holder.error = None, trouble
    assert credentials.access_key == "A"


def test_without_each_time_only_a_rejection_reads_again():
    holder, credentials = reloading(each_time=False)
    holder.found = ReadOnlyCredentials("B", "b")
    assert credentials.access_key == "A"
    assert credentials.invalidate("A") is True
    assert credentials.access_key == "B"


def test_a_rejected_key_does_not_come_back():
    holder, credentials = reloading(each_time=True)
    holder.found = ReadOnlyCredentials("B", "b")
    assert credentials.access_key == "B"
    holder.found = ReadOnlyCredentials("A", "a")
    assert credentials.invalidate("B") is True
    assert credentials.access_key == "A"
    holder.found = ReadOnlyCredentials("B", "b")
    assert credentials.access_key == "A"
    assert credentials.invalidate("A") is True

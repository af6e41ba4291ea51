import pytest
from sotalia.components.errors import ClientError, CredentialRetrievalError, NoCredentialsError, UnknownCredentialError
from sotalia.providers.credentials import Credentials
from sotalia.providers.provider import Attempt, CredentialProvider, NotConfigured, Unavailable
from sotalia.providers.refresh import DeferredRefreshableCredentials, RefreshableCredentials
from sotalia.providers.resolver import CredentialResolver, describe_error

CANARY = "canary-s3cr3t"


class Fixed(CredentialProvider):
    def __init__(self, method, answer=None):
        super().__init__()
        self.METHOD = method
        self.answer = answer
        self.asked = 0

    def load(self):
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def names(resolver):
    return [provider.METHOD for provider in resolver.providers]


def chain(*answers):
    return CredentialResolver([Fixed(name, answer) for name, answer in zip("abcdef", answers, strict=False)])


def test_the_first_with_credentials_wins():
    found = Credentials("AKID", CANARY)
    resolver = chain(None, NotConfigured("no", "do"), found, Credentials("X", "x"))
    assert resolver.load_credentials() is found
    assert [(attempt.provider, attempt.outcome) for attempt in resolver.last_trace] == [
        ("a", "not configured"),
        ("b", "not configured"),
        ("c", "found"),
    ]
    assert resolver.providers[3].asked == 0


def test_nothing_found_is_none_and_the_trace_explains_it():
    resolver = chain(None, NotConfigured("B is not set", "set B"), Unavailable("throttled (429 x3)", "run on EC2"))
    assert resolver.load_credentials() is None
    error = resolver.no_credentials_error()
    assert isinstance(error, NoCredentialsError)
    text = str(error)
    assert "1. a: not configured" in text
    assert "2. b: not configured, B is not set" in text
    assert "to use it, set B" in text
    assert "3. c: unavailable, throttled (429 x3)" in text
    assert error.attempts == resolver.last_trace


def test_a_broken_provider_stops_the_chain():
    broken = CredentialRetrievalError(provider="b", error_msg="the file is gone")
    resolver = chain(None, broken, Credentials("X", "x"))
    with pytest.raises(CredentialRetrievalError) as caught:
        resolver.load_credentials()
    assert caught.value is broken
    assert resolver.last_trace[-1].outcome == "failed"
    assert "the file is gone" in resolver.last_trace[-1].reason
    assert resolver.providers[2].asked == 0


def test_explain_shows_what_was_not_reached_and_raises_nothing():
    resolver = chain(None, ValueError(CANARY), None)
    attempts = resolver.explain()
    assert [attempt.outcome for attempt in attempts] == ["not configured", "failed", "not reached"]
    assert attempts[1].reason == "ValueError"
    assert str(attempts[2]) == "c: not reached"


def test_editing_the_chain():
    resolver = chain(None, None, None)
    resolver.insert_before("a", Fixed("0"))
    resolver.insert_after("b", Fixed("b2"))
    resolver.append(Fixed("z"))
    assert names(resolver) == ["0", "a", "b", "b2", "c", "z"]
    resolver.replace("b2", Fixed("b3"))
    resolver.remove("a")
    resolver.remove("never-there")
    assert names(resolver) == ["0", "b", "b3", "c", "z"]
    assert resolver.get_provider("c").METHOD == "c"


@pytest.mark.parametrize("edit", ["insert_before", "insert_after", "replace"])
def test_an_unknown_name_is_an_error(edit):
    with pytest.raises(UnknownCredentialError, match="nope"):
        getattr(chain(None), edit)("nope", Fixed("x"))
    with pytest.raises(UnknownCredentialError):
        chain(None).get_provider("nope")


def test_what_is_shown_of_an_error():
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": CANARY}}, "AssumeRole")
    assert describe_error(denied) == "ClientError AccessDenied from AssumeRole"
    assert describe_error(RuntimeError(CANARY)) == "RuntimeError"
    assert describe_error(FileNotFoundError(2, "No such file", "/a/b")) == "FileNotFoundError: No such file: /a/b"


def test_a_provider_of_somebody_else_as_the_documents_write_it():
    class Vault(CredentialProvider):
        METHOD = "vault"
        CANONICAL_NAME = "Vault"

        def load(self):
            metadata = self.fetch()
            if not metadata:
                return None
            return RefreshableCredentials.create_from_metadata(metadata, method=self.METHOD, refresh_using=self.fetch)

        def fetch(self):
            return {
                "access_key": "AKIDVAULT",
                "secret_key": CANARY,
                "token": CANARY,
                "expiry_time": "2100-01-01T00:00:00Z",
            }

    resolver = CredentialResolver([Fixed("env"), Fixed("iam-role")])
    resolver.insert_after("env", Vault())
    assert names(resolver) == ["env", "vault", "iam-role"]
    credentials = resolver.load_credentials()
    assert credentials.get_frozen_credentials().access_key == "AKIDVAULT"
    assert credentials.method == "vault"
    assert CANARY not in repr(credentials) + repr(resolver) + str(resolver.last_trace)


def test_a_provider_that_names_its_entry_shares_its_refreshes():
    class Sharing:
        asked = 0

        def fetch(self, identity, usable, load, *, wait, reject=None):
            Sharing.asked += 1
            return None

    provider = Fixed("vault", RefreshableCredentials("A", "s", "t", 10.0, dict, "vault", clock=lambda: 9.0))
    provider.cache_identity = lambda: "vault of this host"
    CredentialResolver([provider], sharing=Sharing()).load_credentials()
    assert provider.answer.cache_identity == "vault of this host"
    assert provider.answer.provenance.shared


def test_the_text_of_an_attempt():
    assert str(Attempt("env", "found", "", 0.001)) == "env: found (1.0 ms)"
    attempt = Attempt("env", "not configured", "X is not set", 0.0, "set X")
    assert str(attempt) == "env: not configured, X is not set (0.0 ms); to use it, set X"


def test_explain_asks_a_source_that_load_would_ask_later():
    def deny():
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": CANARY}}, "AssumeRole")

    resolver = chain(None, DeferredRefreshableCredentials(deny, "b"), None)
    assert resolver.load_credentials() is not None
    attempts = resolver.explain()
    assert [attempt.outcome for attempt in attempts] == ["not configured", "failed", "not reached"]
    assert attempts[1].reason == "ClientError AccessDenied from AssumeRole"
    assert str(attempts).startswith("No credentials: b is configured and broken")

import logging

from sotalia.providers.plugins import UnusableProvider, installed_providers
from sotalia.providers.provider import CredentialProvider, NotUsable
from sotalia.providers.resolver import CredentialResolver


class Entry:
    def __init__(self, name, load):
        self.name = name
        self.value = f"acme:{name}"
        self.load = load


class Vault(CredentialProvider):
    METHOD = "vault"


def missing():
    raise ModuleNotFoundError("No module named 'hvac'")


def secretive():
    raise ValueError("canary-s3cr3t")


def test_providers_are_made_with_the_session_in_the_order_of_their_names():
    session = object()
    entries = [Entry("zoo", lambda: Vault), Entry("ant", lambda: Vault)]
    made = installed_providers(session, lambda: entries)
    assert [type(one) for one in made] == [Vault, Vault]
    assert all(one.session is session for one in made)


def test_what_cannot_be_imported_or_made_is_in_the_trace_and_stops_nothing(caplog):
    entries = [
        Entry("a", missing),
        Entry("b", secretive),
        Entry("c", lambda: lambda session: object()),
        Entry("d", lambda: 3),
        Entry("e", lambda: CredentialProvider),
    ]
    with caplog.at_level(logging.WARNING, "sotalia.credentials"):
        made = installed_providers(None, lambda: entries)
    assert [type(one) for one in made] == [UnusableProvider] * 5
    resolver = CredentialResolver(made)
    assert resolver.load_credentials() is None
    told = [str(attempt) for attempt in resolver.last_trace]
    assert told[0].startswith(
        "a: not usable, the entry point a = 'acme:a' is broken: ModuleNotFoundError: No module named 'hvac'"
    )
    assert "to use it, mend or remove the package that brings it" in told[0]
    assert "is broken: ValueError (" in told[1]
    assert "METHOD and load() are needed" in told[2]
    assert "TypeError" in told[3]
    assert "METHOD and load() are needed" in told[4]
    assert "canary-s3cr3t" not in "".join(told) + caplog.text
    assert caplog.text.count("provider_not_usable") == 5
    assert isinstance(made[0].load(), NotUsable)

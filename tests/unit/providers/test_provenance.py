from fake_source import Clock, Source
from sotalia.components.cache import EntryIdentity
from sotalia.components.cache_memory import MemoryCache
from sotalia.components.single_flight import SharedFetch
from sotalia.providers.credentials import Credentials
from sotalia.providers.provenance import Provenance
from sotalia.providers.provider import CredentialProvider
from sotalia.providers.refresh import DeferredRefreshableCredentials
from sotalia.providers.resolver import CredentialResolver


def shared(sharing, clock, source):
    return DeferredRefreshableCredentials(
        source, "iam-role", clock=clock, sharing=sharing, identity=EntryIdentity.of("iam-role", host="h")
    )


def test_keys_that_do_not_end():
    credentials = Credentials("AKID", "secret", "token", "env")
    assert credentials.provenance == Provenance("env", None, "static")
    assert str(credentials.provenance) == "env, static"


def test_the_resolver_notes_what_the_provider_read():
    class Vault(CredentialProvider):
        METHOD = "vault"

        def load(self):
            return Credentials("AKID", "secret", method="vault")

        def source(self):
            return "https://vault.example"

    resolver = CredentialResolver([Vault()])
    assert resolver.load_credentials().provenance.source == "https://vault.example"
    assert str(resolver.last_trace[0]).startswith("vault: found, https://vault.example (")
    assert str(resolver.last_trace).startswith("Credentials come from vault.\n  1. vault: found")


def test_a_set_says_who_fetched_it_and_whether_it_was_in_the_cache():
    clock = Clock()
    sharing = SharedFetch(MemoryCache(), clock=clock)
    source = Source(clock)
    asked, told = shared(sharing, clock, source), shared(sharing, clock, source)
    assert asked.provenance == Provenance("iam-role", None, "initial", cache="miss")
    asked.get_frozen_credentials()
    told.get_frozen_credentials()
    assert source.fetches == 1
    assert (asked.provenance.cache, told.provenance.cache) == ("miss", "hit")
    assert asked.provenance.fetched_at == told.provenance.fetched_at == clock()
    assert asked.provenance.fetched_by == told.provenance.fetched_by
    assert told.provenance.shared


def test_the_text_of_a_provenance():
    told = Provenance("assume-role", "role arn:x", "advisory", 7200.0, 3600.0, 17, "hit", 5400.0)
    assert str(told) == (
        "assume-role (role arn:x), advisory, fetched at 1970-01-01T01:00:00Z by process 17, "
        "ends at 1970-01-01T02:00:00Z, cache hit, next try at 1970-01-01T01:30:00Z"
    )
    assert not Provenance("env").shared

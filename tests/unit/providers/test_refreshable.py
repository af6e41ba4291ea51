from datetime import UTC, datetime, timedelta

import pytest
from fake_source import Clock
from sotalia.components.cache_memory import MemoryCache
from sotalia.components.errors import CredentialRetrievalError
from sotalia.components.single_flight import SharedFetch
from sotalia.providers.provider import NotConfigured
from sotalia.providers.refreshable import RefreshableProvider
from sotalia.providers.resolver import CredentialResolver


class Vault(RefreshableProvider):
    METHOD = "vault"
    fetches = 0

    def __init__(self, attributes=None, lifetime=3600):
        super().__init__()
        self.attributes = attributes
        self.lifetime = lifetime

    def identity(self):
        return self.attributes

    def fetch(self):
        type(self).fetches += 1
        return {
            "access_key": f"AKID{self.fetches}",
            "secret_key": "canary-s3cr3t",
            "token": "t",
            "expiry_time": datetime.now(UTC) + timedelta(seconds=self.lifetime),
        }


@pytest.fixture(autouse=True)
def _no_fetches(monkeypatch):
    monkeypatch.setattr(Vault, "fetches", 0)


def shared():
    return SharedFetch(MemoryCache())


def test_the_first_set_is_there_after_load():
    credentials = Vault().load()
    assert credentials.get_frozen_credentials().access_key == "AKID1"
    assert credentials.method == "vault"
    assert Vault.fetches == 1


def test_processes_with_one_identity_share_the_first_fetch_too():
    sharing = shared()
    found = [
        CredentialResolver([Vault({"role": "r"})], sharing=sharing).load_credentials().access_key for _ in range(3)
    ]
    assert found == ["AKID1"] * 3
    assert Vault.fetches == 1
    CredentialResolver([Vault({"role": "other"})], sharing=sharing).load_credentials()
    CredentialResolver([Vault(None)], sharing=sharing).load_credentials()
    assert Vault.fetches == 3


def test_a_refused_key_is_replaced():
    credentials = Vault({"role": "r"}).load()
    assert credentials.invalidate("AKID1")
    assert credentials.get_frozen_credentials().access_key == "AKID2"


def test_a_provider_says_why_it_has_nothing():
    class Off(Vault):
        def not_configured(self):
            return NotConfigured("VAULT_ADDR is not set", "set VAULT_ADDR")

    resolver = CredentialResolver([Off()])
    assert resolver.load_credentials() is None
    assert "set VAULT_ADDR" in str(resolver.last_trace[0])
    assert Off.fetches == 0


def test_a_set_past_its_end_is_refused():
    with pytest.raises(CredentialRetrievalError, match="past their end"):
        Vault(lifetime=-5).load()


def test_the_clock_is_that_of_the_session():
    clock = Clock()

    class Session:
        def get_component(self, name):
            assert name == "clock"
            return type("C", (), {"time": staticmethod(clock)})

    provider = Vault(lifetime=10**7)
    provider.session = Session()
    credentials = provider.load()
    assert credentials.provenance.fetched_at == clock()


def test_a_provider_without_a_source_cannot_be_made():
    class Empty(RefreshableProvider):
        METHOD = "empty"

    with pytest.raises(TypeError, match="fetch"):
        Empty()

"""Whatever happens in whatever order: the promises of refreshable credentials hold."""

import threading

from fake_source import Clock, Source
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sotalia.components.errors import ClientError, CredentialRetrievalError
from sotalia.providers.refresh import DeferredRefreshableCredentials

DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": ""}}, "AssumeRole")


class OddError(Exception):
    """What nobody knows."""


class Refresh(RuleBasedStateMachine):
    """Time passes, the source breaks and heals, services reject keys, threads ask during a fetch."""

    @initialize(
        lifetime=st.sampled_from([30, 90, 240, 900, 1200, 3600, 5400, 43200]),
        stable=st.booleans(),
        draws=st.lists(st.floats(0, 0.999), min_size=1, max_size=7),
    )
    def begin(self, lifetime, stable, draws):
        self.clock = Clock()
        self.source = Source(self.clock, lifetime)
        self.source.during = self.reader_during_fetch
        self.stable = stable
        self.draws = draws
        self.drawn = 0
        self.credentials = DeferredRefreshableCredentials(
            self.source, "test", clock=self.clock, random=self.random, static_stability=stable
        )
        self.issued = {}
        self.rejected = set()
        self.no_fetch_until = float("-inf")
        self.in_flight = 0
        self.seen = []
        self.broken = []  # what a source raises is swallowed, so it is noted here
        self.mode = "good"

    def random(self):
        self.drawn += 1
        return self.draws[self.drawn % len(self.draws)]

    def reader_during_fetch(self):
        """Another thread asks while this one fetches: it must neither fetch nor, outside of a must, wait."""
        self.in_flight += 1
        if self.in_flight > 1:
            self.broken.append("two fetches at once")
        if self.clock() < self.no_fetch_until:
            self.broken.append("a fetch during a backoff")
        if self.credentials.state == "advisory" and self.in_flight == 1:
            found = []
            reader = threading.Thread(target=lambda: found.append(self.credentials.get_frozen_credentials()))
            reader.start()
            reader.join(5)
            self.seen += found
            if not found:
                self.broken.append("a reader waited in the advisory window")
        self.in_flight -= 1

    def check(self, frozen):
        number = frozen.access_key.removeprefix("AKID")
        assert frozen == (f"AKID{number}", f"SECRET{number}", f"TOKEN{number}", None), "a mixed triple"
        assert frozen.access_key not in self.rejected, "a rejected key was served"
        if not self.stable:
            assert self.clock() < self.issued[frozen.access_key], "an expired set was served"

    def answer(self):
        if self.mode == "good":
            self.source.answer = None
            self.issued[f"AKID{self.source.issued + 1}"] = self.clock() + self.source.lifetime

    @rule(seconds=st.sampled_from([0.5, 1, 5.1, 29, 61, 300, 601]))
    def time_passes(self, seconds):
        self.clock.advance(seconds)

    @rule(into=st.floats(0, 1))
    def time_passes_into_the_advisory_window(self, into):
        view = self.credentials._view
        if view.advisory_at < float("inf"):
            self.clock.now = max(self.clock(), view.advisory_at + into * (view.mandatory_at - view.advisory_at))
            self.somebody_asks(2)

    @rule(into=st.floats(0, 1.2))
    def time_passes_into_the_mandatory_window(self, into):
        view = self.credentials._view
        if view.expires is not None:
            self.clock.now = max(self.clock(), view.mandatory_at + into * (view.expires - view.mandatory_at))

    @rule()
    def time_passes_to_the_brink(self):
        expires = self.credentials.provenance.expires
        if expires is not None and expires > self.clock():
            self.clock.now = expires - 0.001

    @rule()
    def the_source_heals_and_is_asked(self):
        self.the_source_heals()
        self.somebody_asks(1)

    @rule()
    def the_source_heals(self):
        self.mode, self.source.error, self.source.answer = "good", None, None

    @rule(error=st.sampled_from([OSError("down"), OddError(), DENIED]))
    def the_source_fails(self, error):
        self.mode, self.source.error = "error", error

    @rule(kind=st.sampled_from(["empty", "partial", "malformed", "past", "same"]))
    def the_source_talks_nonsense(self, kind):
        self.mode, self.source.error = "nonsense", None
        number = max(1, self.source.issued)
        good = self.source.set_of(number, self.clock() + 1000)
        if kind == "same":
            expires = self.credentials.provenance.expires
            good = self.source.set_of(number, self.clock() - 1 if expires is None else expires)
        self.source.answer = {
            "empty": {},
            "partial": {name: value for name, value in good.items() if name != "token"},
            "malformed": {**good, "expiry_time": "soon"},
            "past": self.source.set_of(10**6, self.clock() - 1),
            "same": good,
        }[kind]
        if kind == "past":
            self.issued["AKID1000000"] = self.clock() - 1

    @rule(times=st.integers(1, 3))
    def somebody_asks(self, times):
        for _ in range(times):
            self.answer()
            before, fetches = self.credentials.provenance, self.source.fetches
            try:
                frozen = self.credentials.get_frozen_credentials()
            except (OSError, OddError, ClientError, CredentialRetrievalError):
                frozen = None
            failed = frozen is None
            for value in [*self.seen, *([] if failed else [frozen])]:
                self.check(value)
            self.seen.clear()
            assert not self.broken
            asked = self.source.fetches - fetches
            assert asked <= 1
            if before.state == "fresh":
                assert asked == 0 or before.fetched_at is None
            backoff = self.credentials.provenance.backoff_until
            if asked and not failed and backoff is not None:
                assert 0 < backoff - self.clock() <= 600
                self.no_fetch_until = backoff
            elif asked and failed:
                self.no_fetch_until = self.clock() + 1
            elif asked:
                self.no_fetch_until = float("-inf")

    @precondition(lambda self: self.credentials.provenance.fetched_at is not None)
    @rule()
    def a_service_rejects_the_key(self):
        key = self.credentials._view.frozen.access_key
        assert self.credentials.invalidate(key)
        self.rejected.add(key)
        self.no_fetch_until = float("-inf")

    @precondition(lambda self: self.rejected)
    @rule()
    def the_source_insists_on_a_rejected_key(self):
        key = max(self.rejected)
        self.mode, self.source.error = "nonsense", None
        self.source.answer = self.source.set_of(int(key.removeprefix("AKID")), self.clock() + 1000)
        self.issued[key] = self.clock() + 1000
        self.somebody_asks(1)

    @rule()
    def a_service_rejects_some_other_key(self):
        before = self.credentials._view
        self.credentials.invalidate("SOMEBODY-ELSES")
        assert self.credentials._view is before

    @invariant()
    def nothing_is_shown(self):
        if hasattr(self, "credentials"):
            text = repr(self.credentials) + repr(self.credentials.provenance)
            assert "SECRET" not in text
            assert "TOKEN" not in text


Refresh.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRefresh = Refresh.TestCase

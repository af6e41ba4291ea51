"""The rules of a shared fetch under any order of events, against a clock that is turned by hand."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sotalia.components.cache import EntryIdentity
from sotalia.components.cache_memory import MemoryCache
from sotalia.components.errors import CredentialRetrievalError
from sotalia.components.single_flight import SharedFetch

IDENTITY = EntryIdentity("iam-role")
ACTORS = st.integers(0, 2)


class Fleet(RuleBasedStateMachine):
    """Three processes, one source that comes and goes, a service that rejects keys."""

    def __init__(self):
        super().__init__()
        self.now = 1e6
        self.cache = MemoryCache()
        self.actors = [
            SharedFetch(self.cache, clock=self.clock, monotonic=self.clock, sleep=self.sleep, random=lambda: 0.5)
            for _ in range(3)
        ]
        self.up, self.loads, self.serial, self.quiet_until = True, 0, 0, 0.0
        self.rejected, self.current, self.expires = set(), None, 0.0
        self.records = False

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds

    def load(self):
        self.loads += 1
        assert self.records or self.now >= self.quiet_until, "the source was asked while its failure was known"
        if not self.up:
            self.quiet_until = self.now + 3.0
            raise CredentialRetrievalError(provider="source", error_msg="down")
        self.serial += 1
        self.quiet_until = 0.0
        self.current, self.expires = f"K{self.serial}", self.now + 100
        return {"access_key": self.current, "expires": self.expires}

    def fetch(self, actor, wait, reject=None):
        fresh = self.current is not None and self.current != reject and self.current not in self.rejected
        fresh = fresh and self.now < self.expires
        before = self.loads
        entry = self.cache.read(IDENTITY)
        # A rejection that the entry does not know yet is recorded by asking, whether or not the source is failing.
        unknown = entry is not None and entry.value.get("access_key") == reject and reject not in entry.rejected
        self.records = reject is not None and unknown
        try:
            entry = self.actors[actor].fetch(
                IDENTITY, lambda entry: self.now < entry.value["expires"], self.load, wait=wait, reject=reject
            )
        except CredentialRetrievalError:
            assert not fresh
            assert not self.up or self.now < self.quiet_until
            return
        assert entry.value["access_key"] == self.current
        assert entry.value["access_key"] not in self.rejected - {self.current}
        assert self.loads - before == (0 if fresh else 1)

    @rule(actor=ACTORS, wait=st.sampled_from([None, 1.0]))
    def ask(self, actor, wait):
        self.fetch(actor, wait)

    @precondition(lambda self: self.current is not None and len(self.rejected) < 6)
    @rule(actor=ACTORS)
    def reject(self, actor):
        key = self.current
        self.fetch(actor, 1.0, reject=key)
        if self.current != key or self.now < self.quiet_until:
            self.rejected.add(key)

    @rule(seconds=st.sampled_from([0.5, 2.9, 3.1, 60.0, 200.0]))
    def pass_time(self, seconds):
        self.now += seconds

    @rule(up=st.booleans())
    def switch_source(self, up):
        self.up = up

    @invariant()
    def no_process_serves_a_rejected_key(self):
        entry = self.cache.read(IDENTITY)
        if entry is not None and self.now >= self.quiet_until and entry.value:
            key = entry.value["access_key"]
            assert key not in self.rejected or key in entry.rejected


TestFleet = Fleet.TestCase
TestFleet.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)

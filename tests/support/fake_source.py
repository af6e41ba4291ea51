"""A clock that tests move, and a source of credentials that tests break."""

from datetime import UTC, datetime


class Clock:
    def __init__(self, now=1_700_000_000.0):
        self.now = now

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += seconds


class Source:
    """Gives a new set at every fetch; counts fetches; ``answer`` replaces or ``error`` prevents the next ones."""

    def __init__(self, clock, lifetime=3600.0):
        self.clock = clock
        self.lifetime = lifetime
        self.fetches = 0
        self.issued = 0
        self.error = None
        self.answer = None
        self.during = None

    def set_of(self, number, expires):
        return {
            "access_key": f"AKID{number}",
            "secret_key": f"SECRET{number}",
            "token": f"TOKEN{number}",
            "expiry_time": None if expires is None else datetime.fromtimestamp(expires, UTC).isoformat(),
        }

    def __call__(self):
        self.fetches += 1
        if self.during is not None:
            self.during()
        if self.error is not None:
            raise self.error
        if self.answer is not None:
            return self.answer
        self.issued += 1
        return self.set_of(self.issued, self.clock() + self.lifetime)

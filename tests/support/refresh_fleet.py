"""Warm workers that come to a refresh point together, and workers whose key a service refuses."""

import time

from fleet_cache import note
from sotalia.components.clock import Clock


class SharedClock(Clock):
    """The real time, and an offset that all processes of a test share."""

    def __init__(self, offset):
        self._offset = offset

    def time(self):
        return time.time() + self._offset.value


def cross(barrier, records, offset):
    """Get warm, wait until everybody is, and ask at every turn of a busy worker until there is another set."""
    import sotalia

    session = sotalia.Session()
    session.register_component("clock", SharedClock(offset))
    credentials = session.get_credentials()
    first = credentials.get_frozen_credentials().access_key
    barrier.wait(100)  # all are warm
    barrier.wait(100)  # the clock was put forward
    until, slowest = time.monotonic() + 60, 0.0
    while time.monotonic() < until:
        before = time.monotonic()
        key = credentials.get_frozen_credentials().access_key
        slowest = max(slowest, time.monotonic() - before)
        if key != first:
            break
        time.sleep(0.02)
    note(records, "results", first=first, then=key, slowest=slowest, state=credentials.state)


def call_sts(barrier, records, record="results"):
    """Get warm, wait until everybody is, and call STS once."""
    import sotalia

    session = sotalia.Session(region_name="us-east-1")
    attempts = []
    session.register("before-send.sts", lambda **kwargs: attempts.append(1))
    error = arn = first = None
    if barrier is not None:
        first = session.get_credentials().get_frozen_credentials().access_key
        barrier.wait(100)
    try:
        arn = session.client("sts").get_caller_identity()["Arn"]
    except Exception as raised:
        error = f"{type(raised).__name__}: {raised}"
    try:
        key = session.get_credentials().get_frozen_credentials().access_key
    except Exception:
        key = None
    note(records, record, arn=arn, error=error, first=first, key=key, attempts=len(attempts))

"""Workers that are killed while they get credentials, and the one that comes after them."""

import time

from fleet_cache import note


def resolve_for_ever(ready):
    """Get credentials, have them refused, get the next ones, without end, each time with a new session."""
    ready.set()
    import sotalia

    key = None
    while True:
        credentials = sotalia.Session().get_credentials()
        if key is not None:
            credentials.invalidate(key)
        key = credentials.get_frozen_credentials().access_key


def come_next(records, refused):
    """Get credentials as the next worker does; when a key is to be refused, get another one."""
    import sotalia

    started = time.monotonic()
    credentials = sotalia.Session().get_credentials()
    key = credentials.get_frozen_credentials().access_key
    if refused:
        credentials.invalidate(key)
        key = credentials.get_frozen_credentials().access_key
    note(records, "next", key=key, took=time.monotonic() - started)

"""What the processes around a rotation of the keys do: readers that would fetch, writers that do."""

import os
import time

from fleet_cache import identity_of, note, value, warn_to
from sotalia.components.cache import Entry
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_key_source import open_keys
from sotalia.components.private_folder import PrivateFolder
from sotalia.components.single_flight import SharedFetch

IDENTITIES = 6


def keys_of(folder, records, keyring):
    """Return the keys in the folder's file, or in a keyring that is a file."""
    private = PrivateFolder(folder)
    if keyring is None:
        return open_keys(private, {}, warn_to(records))
    from sotalia.components.cache_keyring import KeyringKeys

    return KeyringKeys(
        private,
        open_keys(private, {}, warn_to(records)),
        lambda reason: note(records, "warnings", reason=reason),
        keyring=lambda: FileKeyring(keyring),
        patience=30.0,
    )


class FileKeyring:
    """A keyring for the processes of a test."""

    def __init__(self, path):
        self.path = path

    def get_password(self, service, username):
        try:
            with open(self.path) as file:
                return file.read()
        except FileNotFoundError:
            return None

    def set_password(self, service, username, password):
        with open(f"{self.path}.{os.getpid()}", "w") as file:
            file.write(password)
        os.replace(file.name, self.path)


def cache_of(folder, records, keyring):
    """Return a cache that notes its warnings."""
    log = warn_to(records)
    return FileCache(folder, environ={}, keys=keys_of(folder, records, keyring), log=log)


def fill(folder, records, keyring):
    """Write an entry of each identity."""
    cache = cache_of(folder, records, keyring)
    for number in range(IDENTITIES):
        assert cache.write(identity_of(number), Entry(value(), 1.0, 1))


def read_all(barrier, stop, folder, records, keyring):
    """Ask for every entry until told to stop; whoever finds none fetches, which is noted."""
    log = warn_to(records)
    fetch = SharedFetch(cache_of(folder, records, keyring), log=log)

    def load():
        note(records, "extra_fetches")
        return value()

    rounds = 0
    barrier.wait(60)
    while not stop.is_set() or not rounds:
        for number in range(IDENTITIES):
            entry = fetch.fetch(identity_of(number), lambda entry: True, load, wait=30)
            assert entry.value["access_key"].startswith("AKIA")
        rounds += 1
    note(records, "reads", count=rounds * IDENTITIES)


def write_all(barrier, stop, folder, records, keyring):
    """Refresh every entry until told to stop; each also makes entries that were not there before."""
    log = warn_to(records)
    cache = cache_of(folder, records, keyring)
    fetch = SharedFetch(cache, log=log)
    rounds = 0
    barrier.wait(60)
    while not stop.is_set() or not rounds:
        for number in range(IDENTITIES):
            assert fetch.fetch(identity_of(number), lambda entry: False, value, wait=30) is not None
        new = identity_of(f"{os.getpid()} {rounds % 3}")
        assert cache.write(new, Entry(value(), 1.0, 1))  # without its lock, as who has lost patience does
        if cache.read(new) is None:
            note(records, "misses")
        rounds += 1
        time.sleep(0.01)  # far more often than anybody refreshes, but not all of the time
    note(records, "writes", count=rounds * (IDENTITIES + 1))

"""A token file of the AWS CLI, and the exchange of the refresh token in it: under a lock, never from memory.

A refresh token that rotates is good once, and AWS may end the session of one
that is used twice. So of all threads and processes one reads the file, spends
the token that it has just read, and writes what it got, before the lock is
given back. Who cannot get the lock does not exchange. A token that is refused is
noted beside the file for a moment, so that of a fleet one hears it and the
others believe it. Source: REFRESH behaviour of the AWS SDKs, RFC 9700.
"""

import os
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from ..components.after_fork import import_whole
from ..components.lock import FileLock
from ..components.patience import Patience
from ..components.private_folder import FileVersion, SharedFolder, write_all
from ..components.staged_file import StagedFile, salvage

__all__ = ["Document", "TokenFile", "TokenFileError", "TokenRefusedError", "cli_folder"]

Document = Mapping[str, Any]

_LIMIT: Final = 1 << 20
_FIRST_POLL: Final = 0.002
_LAST_POLL: Final = 0.05
_REFUSED_FOR: Final = 5.0  # seconds: as long as a process remembers an error at most
_OPEN: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_WRONLY | os.O_CREAT | os.O_TRUNC


class TokenFileError(Exception):
    """The file cannot be read, or not be renewed; the text says why, without a secret."""


class TokenRefusedError(Exception):
    """The service refuses this refresh token, as this process or another one has just heard; the text says why."""


def cli_folder(environ: Mapping[str, str], path: str) -> str:
    """Return the path of a folder of the AWS CLI with ``~`` replaced by this environment's home."""
    home = environ.get("HOME")
    if home and path.startswith("~/"):
        return os.path.join(home, path[2:])
    return os.path.expanduser(path)


class TokenFile:
    """The file ``name`` in ``folder``, a JSON object; its lock is ``<name>.lock`` beside it.

    Safe in threads, among processes and after a fork. What the AWS CLI and
    boto3 write there meanwhile is seen at the next look; they take no lock.
    ``clock`` gives epoch seconds.
    ``step`` hears of each step of an exchange, for tests.
    """

    def __init__(
        self,
        folder: str,
        name: str,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        step: Callable[[str], object] | None = None,
    ) -> None:
        self._folder = SharedFolder(folder)
        self._name = name
        self._refusal = f".{name}.refused"
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._step: Callable[[str], object] = _ignore if step is None else step

    @property
    def path(self) -> str:
        """The path of the file."""
        return os.path.join(self._folder.path, self._name)

    def version(self) -> FileVersion | None:
        """Return what tells one content from the next, ``None`` for no file."""
        return self._folder.version(self._name)

    def read(self) -> Document | None:
        """Return the content, ``None`` for no file; ``TokenFileError`` if it cannot be read."""
        try:
            data = self._folder.read(self._name, _LIMIT)
        except OSError as error:
            raise TokenFileError(f"{error.strerror or type(error).__name__}: {self.path}") from None
        if data is None:
            return None
        found = _parse(data)
        if found is None:
            raise TokenFileError(f"{self.path} is no JSON object")
        return found

    def renew(
        self,
        usable: Callable[[Document], bool],
        exchange: Callable[[Document], Document],
        *,
        wait: float | None,
    ) -> Document | None:
        """Return the content if it is usable, by then at the latest when all others are done, else exchange it.

        ``exchange`` gets what was read under the lock and returns what is to be
        there next; what it raises goes through, and the file stays. For 5 s
        after it raised ``TokenRefusedError`` all processes raise that for the
        same token, and do not exchange it. ``wait`` is
        how many seconds others may take; ``None`` or 0 only tries, and returns
        ``None`` if somebody else is at it. Raises ``TokenFileError`` without
        exchanging anything when the lock cannot be had, when there is no file,
        and when the folder cannot be written to.
        """
        lock = self._lock()
        try:
            held, found = self._acquire(lock, usable, wait)
        except BaseException:
            lock.release()
            raise
        if not held:
            lock.release()
            return found
        return self._undisturbed(lambda: self._renew(usable, exchange), lock)

    def write(self, document: Document, *, wait: float) -> None:
        """Put a content in the place of whatever is there, under the lock. Raises ``TokenFileError``."""
        self._undisturbed(lambda: self._put(document), self._locked(wait))

    def remove(self, *, wait: float) -> None:
        """Remove the file, under the lock. Raises ``TokenFileError``."""
        self._undisturbed(self._remove, self._locked(wait))

    def _lock(self) -> FileLock:
        import_whole("json")
        return FileLock(self._folder, f"{self._name}.lock", monotonic=self._monotonic, sleep=self._sleep)

    def _locked(self, wait: float) -> FileLock:
        lock = self._lock()
        try:
            if lock.acquire(wait):
                return lock
        except OSError as error:
            lock.release()
            raise self._unwritable(error) from None
        lock.release()
        raise TokenFileError(f"another process has held the lock of {self.path} for {wait:g} s")

    def _acquire(
        self, lock: FileLock, usable: Callable[[Document], bool], wait: float | None
    ) -> tuple[bool, Document | None]:
        """Return whether the lock is held, or else what somebody else has written meanwhile."""
        patience, interval, seen, heard = None, _FIRST_POLL, self.version(), None
        while True:
            try:
                if lock.acquire(0):
                    return True, None
            except OSError as error:
                raise self._unwritable(error) from None
            if not wait:
                return False, None
            if patience is None:
                patience = Patience(wait, self._monotonic)
            left = patience.left()
            if not left:
                raise TokenFileError(f"another process has been renewing {self.path} for {wait:g} s")
            patience.pause(self._sleep, min(left, interval))
            interval = min(interval * 1.6, _LAST_POLL)
            version = self.version()
            if version != seen:
                seen, document = version, self.read()
                if document is not None and usable(document):
                    return False, document
            refusal = self._folder.version(self._refusal)
            if refusal != heard:
                heard, document = refusal, self.read()
                if document is not None and not usable(document):
                    self._raise_if_refused(_mark(document))

    def _renew(self, usable: Callable[[Document], bool], exchange: Callable[[Document], Document]) -> Document:
        self._step("locked")
        document = self.read()
        if document is not None and salvage(self._folder, self._name, _mark(document), _is_whole):
            document = self.read()
        if document is None:
            raise TokenFileError(f"there is no file {self.path}")
        if usable(document):
            return document
        mark = _mark(document)
        self._raise_if_refused(mark)
        with StagedFile(self._folder, self._name, mark, self._step) as file:
            try:
                found = exchange(document)
            except TokenRefusedError as error:
                self._note_refusal(mark, str(error))
                raise
            self._step("exchanged")
            file.commit(_dump(found))
        return found

    def _raise_if_refused(self, mark: str) -> None:
        """Raise what the service said of this token a moment ago, to whomever."""
        try:
            data = self._folder.read(self._refusal, _LIMIT)
        except OSError:
            return
        found = None if data is None else _parse(data)
        if found is None or found.get("token") != mark or not isinstance(found.get("until"), int | float):
            return
        if 0 < found["until"] - self._clock() <= _REFUSED_FOR:  # else it is over, or of another clock
            raise TokenRefusedError(str(found.get("reason")))

    def _note_refusal(self, mark: str, reason: str) -> None:
        """Tell the others, if that can be done; the caller has the lock. Who reads half of it asks himself."""
        from json import dumps

        data = dumps({"token": mark, "until": self._clock() + _REFUSED_FOR, "reason": reason}).encode()
        try:
            folder = self._folder.open(make=False)
            try:
                fd = os.open(self._refusal, _OPEN, 0o600, dir_fd=folder)
                try:
                    write_all(fd, data)
                finally:
                    os.close(fd)
            finally:
                os.close(folder)
        except OSError:
            pass

    def _put(self, document: Document) -> Document:
        with StagedFile(self._folder, self._name, "new", self._step) as file:
            file.commit(_dump(document))
        return document

    def _remove(self) -> Document:
        for name in (self._refusal, self._name):
            try:
                self._folder.remove(name)
            except FileNotFoundError:
                pass
        return {}

    def _undisturbed(self, work: Callable[[], Document], lock: FileLock) -> Document:
        """Do the work, and give the lock back, in a thread of its own, and wait for it.

        A signal handler that raises in this thread (Ctrl-C, the time limit of a
        worker) must not come between an exchange and its writing.
        """
        found: list[Document] = []
        failed: list[BaseException] = []

        def run() -> None:
            try:
                found.append(work())
            except BaseException as error:
                failed.append(error)
            finally:
                lock.release()

        thread = threading.Thread(target=run, name="sotalia-token")
        try:
            thread.start()
        except RuntimeError:  # no threads any more: the interpreter ends
            run()
        except BaseException:
            if thread.ident is None:
                lock.release()
            raise
        else:
            thread.join()
        if failed:
            error = failed.pop()
            if isinstance(error, OSError):
                raise self._unwritable(error) from None
            raise error
        return found[0]

    def _unwritable(self, error: OSError) -> TokenFileError:
        return TokenFileError(f"it cannot be renewed ({error.strerror or type(error).__name__}): {self.path}")


def _mark(document: Document) -> str:
    """Name a content by the refresh token in it, without showing that."""
    import_whole("hashlib")
    from hashlib import sha256

    return sha256(str(document.get("refreshToken")).encode()).hexdigest()[:16]


def _dump(document: Document) -> bytes:
    from json import dumps

    return dumps(document).encode()


def _parse(data: bytes) -> Document | None:
    import_whole("json")
    from json import loads

    try:
        found = loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _is_whole(data: bytes) -> bool:
    return _parse(data) is not None


def _ignore(_: object) -> None:
    return None

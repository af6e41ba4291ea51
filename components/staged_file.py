"""The next content of a file, made ready before it is known: for what must not be lost once it is there.

A rotating token is spent by the exchange that brings the next one. So all that
can go wrong with the file (no space, no permission) is to go wrong before the
exchange; and what was written, but not yet put in place, when the process was
killed is found by the next one.
"""

import os
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from .private_folder import PrivateFolder, write_all

__all__ = ["StagedFile", "salvage"]

_OPEN: Final = os.O_CLOEXEC | os.O_NOFOLLOW
_ROOM: Final = 16384  # bytes that the next content is expected to need at most
_LIMIT: Final = 1 << 20


class StagedFile:
    """A temporary file beside ``name``, with room for its next content; the caller holds the lock of ``name``.

    ``mark`` (letters and digits) names the content that is there now: what is
    found after a crash belongs to it alone. A context manager: ``commit`` puts
    the content in place, and at the end a file that was not committed is gone.
    All methods raise ``OSError``. ``step`` hears of each step, for tests.
    """

    def __init__(self, folder: PrivateFolder, name: str, mark: str, step: Callable[[str], object]) -> None:
        self._folder = folder
        self._name = name
        self._temporary = f"{_prefix(name)}{mark}.{os.getpid()}.tmp"
        self._step = step
        self._at = -1
        self._fd = -1

    def __enter__(self) -> Self:
        self._at = self._folder.open(make=True)
        try:
            self._fd = os.open(self._temporary, _OPEN | os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600, dir_fd=self._at)
            os.fchmod(self._fd, 0o600)  # whatever the umask is
            write_all(self._fd, bytes(_ROOM))
            os.fsync(self._fd)
        except BaseException:
            self._close()
            raise
        self._step("staged")
        return self

    def commit(self, data: bytes) -> None:
        """Put ``data`` under the name, at once and durably."""
        os.lseek(self._fd, 0, os.SEEK_SET)
        write_all(self._fd, data)
        os.ftruncate(self._fd, len(data))
        self._step("written")  # from here on a crash of this process loses nothing
        os.fsync(self._fd)
        self._step("synced")
        os.replace(self._temporary, self._name, src_dir_fd=self._at, dst_dir_fd=self._at)
        self._step("replaced")
        os.fsync(self._at)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        try:
            os.unlink(self._temporary, dir_fd=self._at)
        except OSError:
            pass
        for fd in (self._fd, self._at):
            if fd >= 0:
                os.close(fd)
        self._fd = self._at = -1


def salvage(folder: PrivateFolder, name: str, mark: str, is_whole: Callable[[bytes], bool]) -> bool:
    """Put in place what a killed process had written for ``name`` and not yet put there; sweep the rest.

    Only content that follows the one that ``mark`` names counts, and only if
    ``is_whole`` says that it is all there. The caller holds the lock. Returns
    whether the file was replaced.
    """
    at = folder.open(make=False)
    try:
        found = False
        for other in os.listdir(at):
            if not (other.startswith(_prefix(name)) and other.endswith(".tmp")):
                continue
            if not found and other.startswith(f"{_prefix(name)}{mark}.") and _trim(other, at, is_whole):
                os.replace(other, name, src_dir_fd=at, dst_dir_fd=at)
                os.fsync(at)
                found = True
            else:
                os.unlink(other, dir_fd=at)
        return found
    finally:
        os.close(at)


def _prefix(name: str) -> str:
    return f".{name}.next."


def _trim(name: str, at: int, is_whole: Callable[[bytes], bool]) -> bool:
    """Cut off the room that was not used; return whether the rest is whole."""
    fd = os.open(name, _OPEN | os.O_RDWR | os.O_NONBLOCK, dir_fd=at)
    try:
        data = os.read(fd, _LIMIT).rstrip(b"\0")
        if not is_whole(data):
            return False
        os.ftruncate(fd, len(data))
        os.fsync(fd)
        return True
    finally:
        os.close(fd)

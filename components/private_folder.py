"""A folder that belongs to this user alone, and files in it that are only ever replaced whole."""

import os
import stat
import time
from collections.abc import Callable
from typing import Final

from .trusted_path import why_unsafe

__all__ = ["FileVersion", "FolderError", "PrivateFolder", "SharedFolder", "write_all"]

FileVersion = tuple[int, int, int]
"""Inode, modification time in ns and size: another one after every replacement."""

_OPEN: Final = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NOCTTY
_OPEN_FOLDER: Final = _OPEN | os.O_RDONLY | os.O_DIRECTORY
_TRIES: Final = 8
_ORPHAN_AGE: Final = 600.0  # no write lasts as long: a temporary file of another name this old has no owner


class FolderError(OSError):
    """The folder, or a file in it, is not private to this user; ``strerror`` says why and what to do."""


class PrivateFolder:
    """A folder of mode 0700 with files of mode 0600, all owned by the effective user, no symbolic link among them.

    Nobody else can put another folder in its place (``trusted_path``), and its
    files have no second name. It is made at the first write and again when
    somebody removes it.
    Every call opens it anew and works relative to what it opened, so it may be
    used from any thread and after a fork. All methods raise ``OSError``, as
    ``FolderError`` where the trouble is ownership, mode or kind.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.path.abspath(path)

    def open(self, *, make: bool) -> int:
        """Return a descriptor of the folder after its checks; ``FileNotFoundError`` if missing and not to be made."""
        for _ in range(3):
            self._check_way()  # again after the folder was made: somebody may have made one above it first
            try:
                fd = os.open(self.path, _OPEN_FOLDER)
            except FileNotFoundError:
                if not make:
                    raise
                _make(self.path)
                continue
            except OSError as error:
                if os.path.islink(self.path):
                    raise FolderError(error.errno, "the folder is a symbolic link: name the real one") from None
                raise
            try:
                self._check(os.fstat(fd), "the folder", 0o700)
            except BaseException:
                os.close(fd)
                raise
            return fd
        raise FolderError(None, "the folder is removed as fast as it is made")

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the file's bytes, ``None`` if there is no such file; longer than ``limit`` is a ``FolderError``."""
        try:
            folder = self.open(make=False)
        except FileNotFoundError:
            return None
        try:
            try:
                # Non-blocking, because opening a fifo that lies in the place of the file would wait for ever.
                fd = os.open(name, _OPEN | os.O_RDONLY | os.O_NONBLOCK, dir_fd=folder)
            except FileNotFoundError:
                return None
            except OSError as error:
                raise _refused(error, name, folder) from None
        finally:
            os.close(folder)
        try:
            self._check_file(os.fstat(fd), name)
            data = b""
            while len(data) <= limit:
                more = os.read(fd, limit + 1 - len(data))
                if not more:
                    return data
                data += more
            raise FolderError(None, f"{name} has more than {limit} bytes: remove it")
        finally:
            os.close(fd)

    def version(self, name: str) -> FileVersion | None:
        """Return what tells one content of the file from the next, ``None`` when there is none; no checks."""
        try:
            found = os.stat(os.path.join(self.path, name), follow_symlinks=False)
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def replace(self, name: str, data: bytes, *, step: Callable[[str], object], durable: bool = True) -> None:
        """Put ``data`` under ``name`` at once: a reader sees the old content or the new one, also after a power cut.

        Which of the two after a power cut is settled when this returns, unless
        it need not be ``durable``: a busy disk takes 80 ms for that.

        What an earlier writer of the same name left behind is swept, so the
        caller holds a lock of that name. One that does not, because it has lost
        patience, may sweep what the holder is writing, who then writes it again.
        """
        folder = self.open(make=True)
        try:
            for _ in range(_TRIES):
                if self._put(folder, name, data, step):
                    break
            else:
                raise FolderError(None, f"{name} is swept away as fast as it is written")
            step("replaced")
            if durable:
                os.fsync(folder)
                step("folder-synced")
        finally:
            os.close(folder)

    def _put(self, folder: int, name: str, data: bytes, step: Callable[[str], object]) -> bool:
        """Return whether the data is in place, and not what was written was swept by somebody else."""
        self._sweep(folder, name)
        step("swept")
        temporary = f".{name}.{os.getpid()}.{os.urandom(6).hex()}.tmp"
        fd = os.open(temporary, _OPEN | os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
        try:
            try:
                step("temporary-made")
                os.fchmod(fd, 0o600)  # whatever the umask is
                half = len(data) // 2
                write_all(fd, data[:half])
                step("half-written")
                write_all(fd, data[half:])
                step("all-written")
                os.fsync(fd)
                step("file-synced")
            finally:
                os.close(fd)
            step("closed")
            try:
                os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
            except FileNotFoundError:
                return False
        except BaseException:
            _unlink(temporary, folder)
            raise
        return True

    def remove(self, name: str) -> None:
        """Remove the file if it is there."""
        folder = self.open(make=False)
        try:
            _unlink(name, folder)
        finally:
            os.close(folder)

    def open_for_lock(self, name: str) -> int:
        """Return a descriptor of the file, made empty if it is missing, never truncated."""
        folder = self.open(make=True)
        try:
            fd = os.open(name, _OPEN | os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o600, dir_fd=folder)
        except OSError as error:
            raise _refused(error, name, folder) from None
        finally:
            os.close(folder)
        try:
            self._check_file(os.fstat(fd), name)
        except BaseException:
            os.close(fd)
            raise
        return fd

    def names(self) -> list[str]:
        """Return the names of all that lies in the folder; none if there is no folder."""
        try:
            folder = self.open(make=False)
        except FileNotFoundError:
            return []
        try:
            return sorted(os.listdir(folder))
        finally:
            os.close(folder)

    def _check_way(self) -> None:
        reason = why_unsafe(self.path)
        if reason is not None:
            raise FolderError(None, reason)

    def _check_file(self, found: os.stat_result, name: str) -> None:
        if not stat.S_ISREG(found.st_mode):
            raise FolderError(None, f"{name} is no regular file: remove it")
        self._check(found, name, 0o600)

    def _check(self, found: os.stat_result, name: str, mode: int) -> None:
        if found.st_uid != os.geteuid():
            raise FolderError(None, f"{name} belongs to user {found.st_uid}, not to user {os.geteuid()}")
        if found.st_mode & 0o077:
            raise FolderError(
                None, f"{name} is open to others (mode {stat.S_IMODE(found.st_mode):04o}): set its mode to {mode:04o}"
            )
        if stat.S_ISREG(found.st_mode) and found.st_nlink > 1:
            raise FolderError(None, f"{name} has a second name (a hard link) somewhere: remove it")

    def _sweep(self, folder: int, name: str) -> None:
        mine, now = f".{name}.", time.time()
        for other in os.listdir(folder):
            if not (other.startswith(".") and other.endswith((".tmp", ".bell"))):
                continue
            if not other.startswith(mine):
                try:
                    age = now - os.stat(other, dir_fd=folder, follow_symlinks=False).st_mtime
                except OSError:
                    continue
                if abs(age) < _ORPHAN_AGE:  # abs: a clock that was set back must not protect it for ever
                    continue
            _unlink(other, folder)


class SharedFolder(PrivateFolder):
    """A folder that other programs of this user made and write to as well: owner and mode are theirs to choose.

    What is written here has mode 0600 all the same. ``path`` may lead over
    symbolic links.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(os.path.realpath(path))

    def _check_way(self) -> None:
        return None

    def _check(self, found: os.stat_result, name: str, mode: int) -> None:
        return None


def _refused(error: OSError, name: str, folder: int) -> OSError:
    """Return what to raise for a file that cannot be opened: in words, where it lies there as something else."""
    try:
        mode = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        return error
    if stat.S_ISLNK(mode):
        return FolderError(error.errno, f"{name} is a symbolic link: remove it")
    return error if stat.S_ISREG(mode) else FolderError(error.errno, f"{name} is no regular file: remove it")


def _make(path: str) -> None:
    parent = os.path.dirname(path)
    if not os.path.isdir(parent):
        _make(parent)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        pass


def write_all(fd: int, data: bytes) -> None:
    """Write all of the bytes to a descriptor."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _unlink(name: str, folder: int) -> None:
    try:
        os.unlink(name, dir_fd=folder)
    except OSError:
        pass

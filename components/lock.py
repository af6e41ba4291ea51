"""A lock on a file, exclusive among processes and threads, given back by the kernel when its holder dies.

The lock is the kernel's ``flock``, through ``filelock.lock_descriptor``: where
the file system has none, acquiring raises ``OSError`` and never falls back to
a weaker lock. The file is never unlinked.
"""

import os
import time
from collections.abc import Callable
from typing import Final

from .after_fork import import_whole, no_fork, renew_in_child
from .bell import Bell
from .private_folder import PrivateFolder

__all__ = ["FileLock"]

_FIRST_POLL: Final = 0.002
_LAST_POLL: Final = 0.04

# A descriptor that a forked child inherits keeps the lock even when the parent is killed, so the child closes them.
_descriptors: set[int] = set()


class _Descriptors:
    def renew(self) -> None:
        for fd in _descriptors:
            try:
                os.close(fd)
            except OSError:
                pass
        _descriptors.clear()


_inherited: Final = _Descriptors()
renew_in_child(_inherited)


class FileLock:
    """The lock ``name`` in ``folder``. One object belongs to one thread; two objects exclude each other.

    In a forked child an object of the parent holds nothing, and ``release``
    does not touch what the parent holds. With ``bell``, the name of a file that
    is there while the lock is held, ``wait`` returns as soon as it is given back.
    """

    __slots__ = ("_bell", "_fd", "_folder", "_held", "_monotonic", "_name", "_pid", "_sleep")

    def __init__(
        self,
        folder: PrivateFolder,
        name: str,
        *,
        bell: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._bell = None if bell is None else Bell(folder, bell, _descriptors.add, _descriptors.discard)
        self._folder = folder
        self._name = name
        self._monotonic = monotonic
        self._sleep = sleep
        self._fd = -1
        self._pid = 0
        self._held = False

    @property
    def held(self) -> bool:
        """Whether this object holds the lock, in this process."""
        return self._held and self._pid == os.getpid()

    def acquire(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds (0 tries once); ``OSError`` when no lock can be had here at all."""
        deadline, interval = self._monotonic() + timeout, _FIRST_POLL
        while not self._try():
            left = deadline - self._monotonic()
            if left <= 0:
                return False
            self._sleep(min(left, interval))
            interval = min(interval * 1.6, _LAST_POLL)
        return True

    def listen(self) -> bool:
        """Begin to listen for the lock to be given back; whether that can be heard here, by ``wait``.

        To be called before each look at what one waits for, and ``release`` at the end.
        """
        if self._pid != os.getpid():  # what a parent had open is closed
            self._pid, self._fd, self._held = os.getpid(), -1, False
        return self._bell is not None and self._bell.listen()

    def wait(self, seconds: float) -> bool:
        """Wait until a holder gives the lock back or dies, at most so long; whether that was heard."""
        assert self._bell is not None
        return self._bell.wait(seconds)

    def release(self) -> None:
        """Give the lock back, if it is held, and close its file; never raises, may be called twice."""
        fd, self._fd = self._fd, -1
        held, self._held = self._held, False
        if self._pid != os.getpid():
            return
        if self._bell is None:
            self._close(fd, held)
            return
        if held:
            self._bell.take_down()
        self._close(fd, held)
        self._bell.close()  # those who listen find the lock free

    def _close(self, fd: int, held: bool) -> None:
        if fd < 0:
            return
        if held:
            from filelock import unlock_descriptor

            try:
                # Closing alone would leave the lock with a child that was forked without Python's hooks.
                unlock_descriptor(fd)
            except OSError:
                pass
        with no_fork:
            _descriptors.discard(fd)
            try:
                os.close(fd)
            except OSError:
                pass

    def _try(self) -> bool:
        if self.held:
            raise RuntimeError(f"the lock {self._name} is held already by this object")
        import_whole("filelock")
        from filelock import lock_descriptor

        for _ in range(3):
            if self._fd < 0 or self._pid != os.getpid():
                self._open()
            locked = lock_descriptor(self._fd, blocking=False)
            # The folder may have been removed, and made again: then the file that others lock is another one.
            if self._is_in_place():
                self._held = locked
                if locked and self._bell is not None:
                    self._bell.hang()
                return locked
            fd, self._fd = self._fd, -1
            self._close(fd, locked)
        return False

    def _open(self) -> None:
        with no_fork:
            self._fd = self._folder.open_for_lock(self._name)
            self._pid = os.getpid()
            _descriptors.add(self._fd)

    def _is_in_place(self) -> bool:
        mine = os.fstat(self._fd)
        try:
            there = os.stat(os.path.join(self._folder.path, self._name), follow_symlinks=False)
        except FileNotFoundError:
            return False
        return (mine.st_dev, mine.st_ino) == (there.st_dev, there.st_ino)

"""Run a program for its output: bounded in time and size, in a group of its own that ends as a whole.

A fork of this process in the meantime (in another thread) neither delays the
program's end nor is delayed by it: the start is one piece for a fork, and the
end is the end of the program, not of whoever else holds its pipes.
"""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from .after_fork import import_whole, no_fork

if TYPE_CHECKING:
    from subprocess import Popen

__all__ = ["ChildTalkedTooMuchError", "ChildTimedOutError", "Finished", "run_child"]

_LOOK: Final = 0.1  # seconds after which a silent program is asked whether it still lives
_GRACE: Final = 1.0  # seconds between "please end" and the end
_PIECE: Final = 65536
_MOST_ERRORS: Final = 16384


class Finished(NamedTuple):
    """How a program ended; ``repr`` shows the status alone, because output may hold secrets."""

    status: int
    output: bytes
    errors: bytes

    def __repr__(self) -> str:
        return f"<Finished {self.status}>"


class ChildTimedOutError(Exception):
    """The program did not end in time; it was killed with all its group."""


class ChildTalkedTooMuchError(Exception):
    """The program wrote more than it may; it was killed with all its group."""


def run_child(
    words: Sequence[str],
    *,
    environ: Mapping[str, str] | None = None,
    timeout: float,
    most: int,
    monotonic: Callable[[], float] = time.monotonic,
) -> Finished:
    """Run a program without a shell and return its status (negative: the signal) and its output.

    It has no input and no terminal. After ``timeout`` seconds, or when it has
    written more than ``most`` bytes, its whole process group is ended: asked
    first, killed a second later, and collected, so that no zombie stays. Of
    what it says on stderr the first 16 KiB are kept. Raises
    ``ChildTimedOutError``, ``ChildTalkedTooMuchError`` and, if it cannot be started,
    ``OSError``.
    """
    import_whole("subprocess", "select")
    from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

    until = monotonic() + timeout
    with no_fork:  # a forked child would keep pipes open that this thread waits for
        child = Popen(  # noqa: S603 - the command is the user's own configuration
            list(words), stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=environ, start_new_session=True
        )
    assert child.stdout is not None and child.stderr is not None  # noqa: PT018 - asked for above
    try:
        output, errors = _collect(child, child.stdout.fileno(), child.stderr.fileno(), until, most, monotonic)
        status = child.wait(max(0.0, until - monotonic()))
    except TimeoutExpired:
        _end(child)
        raise ChildTimedOutError from None
    except BaseException:
        _end(child)
        raise
    finally:
        child.stdout.close()
        child.stderr.close()
    return Finished(status, output, errors)


def _collect(
    child: "Popen[bytes]", output: int, errors: int, until: float, most: int, monotonic: Callable[[], float]
) -> tuple[bytes, bytes]:
    """Read both pipes until they end, or until the program has and nothing more comes."""
    from select import POLLIN, poll

    pipes = {output: bytearray(), errors: bytearray()}
    poller = poll()
    left = set(pipes)
    for number in pipes:
        os.set_blocking(number, False)
        poller.register(number, POLLIN)
    while left:
        seconds = until - monotonic()
        if seconds <= 0:
            raise ChildTimedOutError
        ready = poller.poll(min(seconds, _LOOK) * 1000)
        for number, _ in ready:
            piece = os.read(number, _PIECE)
            if not piece:
                poller.unregister(number)
                left.discard(number)
            elif number == output:
                pipes[output] += piece
                if len(pipes[output]) > most:
                    raise ChildTalkedTooMuchError
            else:
                pipes[errors] += piece[: max(0, _MOST_ERRORS - len(pipes[errors]))]
        if not ready and child.poll() is not None:  # somebody else keeps its pipes: what it started in the background
            break
    return bytes(pipes[output]), bytes(pipes[errors])


def _end(child: "Popen[bytes]") -> None:
    """End the program's group. The program is collected last: until then nobody else can get its number."""
    if child.returncode is not None:
        return
    _tell_group(child.pid, signal.SIGTERM)
    until = time.monotonic() + _GRACE
    while time.monotonic() < until and not _has_ended(child.pid):
        time.sleep(0.01)
    _tell_group(child.pid, signal.SIGKILL)
    child.wait()


def _tell_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # nobody is left (macOS says the latter of zombies)
        pass


def _has_ended(pid: int) -> bool:
    if not hasattr(os, "waitid"):  # macOS before Python 3.13: the grace is waited out
        return False
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # SIGCHLD is ignored: the system has collected it
        return True

"""What a fork in the middle of anything needs: locks renewed in the child, and steps that it may not cut in two.

``fork`` copies the locks that other threads hold and never gives them back in
the child. Objects with locks register for ``renew()``. Where a thread must not
be caught halfway, it enters ``no_fork``, and a fork in another thread waits. A
fork also waits while another thread imports something for this package.
"""

from __future__ import annotations

import os
import sys
import time
from _thread import RLock, get_ident
from _weakref import ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import TracebackType
    from typing import Any, Final, Protocol

    class Renewable(Protocol):
        """What can make itself fit for a forked child."""

        def renew(self) -> None:
            """Replace what the fork may have copied in the middle of its use. Runs in the child's only thread."""
            ...


__all__ = ["generation", "hear_forks_first", "import_whole", "no_fork", "renew_in_child", "wait_first"]

_PATIENCE: Final = 5.0  # rather a fork in the middle than one that never happens
_POLL: Final = 0.001
_OURS: Final = __name__.partition(".")[0]


class _NoFork:
    """A section that a fork in another thread does not cut; re-entrant, open to many threads; keep it short.

    A fork waits for the threads inside, and for imports. So a thread that is in
    the middle of an import is let in until the fork has seen that all is quiet:
    else each would wait for the other.
    """

    def __init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Begin anew (in a forked child)."""
        self.lock = RLock()  # held for a look and a step, never while something is waited for
        self.inside: dict[int, int] = {}
        self.forking: dict[int, int] = {}
        self.closed: set[int] = set()

    def __enter__(self) -> None:
        me = get_ident()
        if not self._let_in(me, self.forking):
            shut: Collection[int] = self.closed if _imports_for_us(sys._getframe()) else self.forking
            until = time.monotonic() + _PATIENCE
            while not self._let_in(me, shut, late=time.monotonic() >= until):
                time.sleep(_POLL)

    def _let_in(self, me: int, shut: Collection[int], late: bool = False) -> bool:
        with self.lock:
            if _others(shut, me) and not late and me not in self.inside:
                return False
            self.inside[me] = self.inside.get(me, 0) + 1
            return True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._leave(self.inside)
        if _late:
            _register_late()

    def wait(self) -> None:
        """Wait until no other thread forks, without a section of one's own."""
        me, until = get_ident(), time.monotonic() + _PATIENCE
        while me not in self.inside and _others(self.forking, me) and time.monotonic() < until:
            time.sleep(_POLL)

    def before(self) -> None:
        """Let no thread in, and wait until none is inside, or in the middle of an import for this package."""
        me, until = get_ident(), time.monotonic() + _PATIENCE
        with self.lock:
            self.forking[me] = self.forking.get(me, 0) + 1
        while me not in self.closed:  # it may be registered twice; the second time other hooks hold their locks
            with self.lock:
                late = time.monotonic() >= until
                if late or not (_others(self.inside, me) or _imports_of_others(me)):
                    self.closed.add(me)
                    break
            time.sleep(_POLL)

    def after_in_parent(self) -> None:
        """Let threads in again."""
        self._leave(self.forking)

    def _leave(self, depths: dict[int, int]) -> None:
        me = get_ident()
        with self.lock:
            depth = depths.pop(me, 0)  # nothing there: the section itself forked, and this is the child
            if depth > 1:
                depths[me] = depth - 1
            elif depths is self.forking:
                self.closed.discard(me)


def _others(threads: Collection[int], me: int) -> bool:
    return len(threads) > (me in threads)


def _imports_of_others(me: int) -> bool:
    """Whether another thread is in the middle of an import for this package.

    Modules are imported where they are first needed, in many places; a look at
    the threads' stacks finds them all, and costs nobody anything but the fork.
    """
    return any(_imports_for_us(frame) for thread, frame in sys._current_frames().items() if thread != me)


def _imports_for_us(frame: Any) -> bool:
    """Whether a stack is in an import that this package began, or in the body of one of its modules."""
    importing = False
    while frame is not None:
        code = frame.f_code
        if code.co_filename.startswith("<frozen importlib"):
            importing = True
        elif str(frame.f_globals.get("__name__")).partition(".")[0] == _OURS and (
            importing or code.co_name == "<module>"
        ):
            return True
        frame = frame.f_back
    return False


no_fork: Final = _NoFork()
_objects: set[ref[Renewable]] = set()
_imported: set[str] = set()
_late: list[dict[str, Any]] = []
_one_import = RLock()
_is_first = False
_generation = 0


def generation() -> int:
    """Return a number that is another one in every forked child: for what is renewed when it is next used."""
    return _generation


def renew_in_child(target: Renewable) -> None:
    """Call ``target.renew()`` in every forked child, first thing, as long as the object lives."""
    _objects.add(ref(target, _objects.discard))


def import_whole(*names: str) -> None:
    """Import modules in one piece: a fork in another thread waits until they are there.

    A module whose import a fork cuts in two can never be imported in the
    child: its import lock stays with a thread that is not there (seen with
    CPython 3.11 to 3.13). For imports at first use; costs a set look-up
    afterwards.
    """
    for name in names:
        if name not in _imported:
            with no_fork, _one_import:  # in this order: nobody waits for a fork with the lock in hand
                if "logging" not in _imported:
                    _import("logging")
                    hear_forks_first()
                if name not in _imported:
                    _import(name)
            if _late and not _imports_for_us(sys._getframe()):
                no_fork.wait()
                _register_late()


def hear_forks_first() -> None:
    """Wait for imports before a fork takes the lock of ``logging``, which imports may need.

    What is registered last runs first before a fork, and ``logging`` registers
    when it is imported: the sooner this is called after that, the better. It
    costs a look-up once it is done.
    """
    global _is_first
    if not _is_first and hasattr(sys.modules.get("logging"), "shutdown"):  # which is defined last
        _is_first = True
        wait_first()


def wait_first() -> None:
    """Wait for imports and sections before the hooks that are registered by now, which may take locks of theirs."""
    os.register_at_fork(before=no_fork.before, after_in_parent=no_fork.after_in_parent)


def _import(name: str) -> None:
    """Import a module; the fork hooks that it registers begin to count when it is whole and no fork is under way.

    A fork that waits for the import would otherwise run half of them, or (seen
    with filelock) wait for a hook that waits for the import.
    """
    me, register = get_ident(), os.register_at_fork

    def register_late(**hooks: Callable[[], object]) -> None:
        if importing and get_ident() == me:
            _late.append(hooks)
        else:
            register(**hooks)

    importing = True
    os.register_at_fork = register_late  # type: ignore[assignment] # the same, called by keywords as it must be
    try:
        __import__(name)
        _imported.add(name)
    finally:
        importing = False
        os.register_at_fork = register


def _register_late() -> None:
    """Register the hooks that wait for it, unless a fork is under way: then the next to leave a section does."""
    with no_fork.lock:
        if not no_fork.forking and not no_fork.inside:
            while _late:
                os.register_at_fork(**_late.pop(0))


def _forget_half_imported() -> None:
    """Have modules imported anew that a thread of the parent was importing: nobody would ever finish them here.

    Waiting keeps a fork out of imports that this package makes as well as it
    can; what another thread begins in the last moment, or imports for others,
    is left over. What the forking thread itself is importing stays.
    """
    locks: Any = getattr(sys.modules.get("_frozen_importlib"), "_module_locks", None)
    if not isinstance(locks, dict):
        return
    me = get_ident()
    for name, reference in list(locks.items()):
        lock = reference()
        if lock is None or getattr(lock, "owner", None) == me:
            continue  # one without an owner may be just being taken, or given back: its inner lock can be held
        locks.pop(name, None)
        spec = getattr(sys.modules.get(name), "__spec__", None)
        if getattr(spec, "_initializing", False):
            sys.modules.pop(name, None)


def _renew_all() -> None:
    global _one_import, _generation
    _forget_half_imported()
    _one_import = RLock()
    _generation += 1
    no_fork.renew()
    _register_late()
    for reference in list(_objects):
        target = reference()
        try:
            if target is not None:
                target.renew()
        except Exception as problem:  # the others have to be renewed all the same
            sys.excepthook(type(problem), problem, problem.__traceback__)


os.register_at_fork(before=no_fork.before, after_in_parent=no_fork.after_in_parent, after_in_child=_renew_all)
hear_forks_first()

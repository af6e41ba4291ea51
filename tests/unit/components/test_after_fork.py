import os
import sys
import threading
import time
import warnings

import pytest
from sotalia.components import after_fork
from sotalia.components.after_fork import import_whole, no_fork, renew_in_child


def forked(work):
    """Run ``work`` in a forked child and return its exit status."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if work() else 1)
        except BaseException:
            os._exit(2)
    return os.waitpid(pid, 0)[1]


def test_objects_are_renewed_in_the_child_and_not_in_the_parent():
    class Thing:
        renewed = 0

        def renew(self):
            self.renewed += 1

    thing = Thing()
    renew_in_child(thing)
    assert forked(lambda: thing.renewed == 1) == 0
    assert thing.renewed == 0


def test_a_fork_waits_for_a_thread_in_the_section():
    entered, marks = threading.Event(), []

    def section():
        with no_fork, no_fork:
            entered.set()
            time.sleep(0.05)
            marks.append("left")

    thread = threading.Thread(target=section)
    thread.start()
    entered.wait()
    assert forked(lambda: marks == ["left"]) == 0
    thread.join()
    with no_fork:
        assert forked(lambda: True) == 0  # its own section stops nobody
    assert forked(lambda: True) == 0


def test_the_child_of_a_fork_in_the_middle_of_an_import_imports_too(tmp_path, monkeypatch):
    (tmp_path / "slow_to_import_for_fork_test.py").write_text(
        "import os, time\nhooks = []\nos.register_at_fork(after_in_child=lambda: hooks.append(1))\n"
        "time.sleep(0.1)\nwhole = True\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    name = "slow_to_import_for_fork_test"
    thread = threading.Thread(target=import_whole, args=(name,))
    thread.start()
    while name not in sys.modules:
        time.sleep(0.001)

    def child():
        import_whole(name)
        return sys.modules[name].whole and sys.modules[name].hooks in ([], [1])

    assert forked(child) == 0
    thread.join()
    assert forked(lambda: sys.modules[name].hooks == [1]) == 0  # the hook counts from the next fork on
    assert os.register_at_fork.__module__ == "posix"


def test_a_module_that_cannot_be_imported_says_so_every_time():
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            import_whole("no_such_module_of_sotalia")
    assert os.register_at_fork.__module__ == "posix"
    assert after_fork.no_fork.inside == {}


def importing_thread(importer, name):
    """Start a thread that imports a slow module from a function of the module ``importer``; wait until it does."""
    made = {"__name__": importer}
    exec(f"def work():\n    import {name}", made)
    thread = threading.Thread(target=made["work"])
    thread.start()
    while name not in sys.modules:
        time.sleep(0.001)
    return thread


def test_a_fork_waits_for_any_import_that_this_package_began(tmp_path, monkeypatch):
    name = "slow_to_import_for_sotalia"
    (tmp_path / f"{name}.py").write_text("import time\ntime.sleep(0.1)\nwhole = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    thread = importing_thread("sotalia.pretended", name)
    assert forked(lambda: __import__(name).whole) == 0
    thread.join()


def test_a_fork_and_an_import_that_enters_a_section_do_not_wait_for_each_other(tmp_path, monkeypatch):
    """The import goes on, and so the fork: not only when the patience of one of them is at its end."""
    name, inner, more = "enters_a_section_in_its_import", "imported_whole_in_an_import", "imported_whole_beside_it"
    (tmp_path / f"{name}.py").write_text(
        "import time\nfrom sotalia.components.after_fork import import_whole, no_fork\n"
        "until = time.monotonic() + 20\n"
        "while not no_fork.forking and time.monotonic() < until:\n    time.sleep(0.001)\n"
        f"with no_fork:\n    import_whole('{inner}')\nwhole = True\n"
    )
    (tmp_path / f"{inner}.py").write_text("whole = True\n")
    (tmp_path / f"{more}.py").write_text("whole = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    thread = importing_thread("sotalia.pretended", name)

    def beside():  # it waits for the fork, and must have nothing in its hands that the import needs
        while not no_fork.forking and thread.is_alive():
            time.sleep(0.001)
        import_whole(more)

    waiting = threading.Thread(target=beside)
    waiting.start()
    begun = time.monotonic()
    assert forked(lambda: __import__(name).whole and __import__(inner).whole and __import__(more).whole) == 0
    assert time.monotonic() - begun < after_fork._PATIENCE
    thread.join()
    waiting.join()
    assert (no_fork.inside, no_fork.forking, no_fork.closed) == ({}, {}, set())


def test_a_fork_does_not_wait_for_what_others_import(tmp_path, monkeypatch):
    name = "slow_to_import_for_others"
    (tmp_path / f"{name}.py").write_text("import time\ntime.sleep(0.5)\nwhole = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    thread = importing_thread("somebody.else", name)
    assert forked(lambda: name not in sys.modules) == 0  # not whole yet: the child imports it anew
    thread.join()


def test_a_child_imports_anew_what_a_thread_of_somebody_else_was_importing(tmp_path, monkeypatch):
    """No fork waits for an import that this package has not begun; without its thread it would never end."""
    (tmp_path / "half_imported_by_a_thread.py").write_text(
        "import threading\nbegun = threading.Event()\nimport signals_of_half_imported as signals\n"
        "signals.begun.set()\nsignals.go_on.wait(20)\nwhole = True\n"
    )
    (tmp_path / "signals_of_half_imported.py").write_text(
        "import threading\nbegun, go_on = threading.Event(), threading.Event()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import signals_of_half_imported as signals

    thread = threading.Thread(target=__import__, args=("half_imported_by_a_thread",))
    thread.start()
    assert signals.begun.wait(20)

    def work():
        signals.go_on.set()
        return __import__("half_imported_by_a_thread").whole

    def within_a_while():
        import signal

        signal.alarm(20)  # a child that hangs dies of this
        return work()

    assert forked(within_a_while) == 0
    signals.go_on.set()
    thread.join(20)
    assert sys.modules["half_imported_by_a_thread"].whole


def test_what_the_forking_thread_itself_imports_stays(tmp_path, monkeypatch):
    (tmp_path / "forks_while_it_is_imported.py").write_text(
        "import os, sys, warnings\nwarnings.simplefilter('ignore', DeprecationWarning)\npid = os.fork()\n"
        "if not pid:\n    os._exit(0 if sys.modules[__name__].pid == 0 else 3)\n"
        "status = os.waitpid(pid, 0)[1]\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    with warnings.catch_warnings():
        assert __import__("forks_while_it_is_imported").status == 0

import os
import signal
import sys
import threading
import time

import pytest
from sotalia.components.child_process import ChildTalkedTooMuchError, ChildTimedOutError, run_child


def run(*words, timeout=20, most=1 << 20, **options):
    return run_child(words, timeout=timeout, most=most, **options)


def shell(text, **options):
    return run("/bin/sh", "-c", text, **options)


def gone(pid, within=5.0):
    """Whether a process ends soon; one that is no child of ours may stay a zombie of init's for a moment."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def no_child_of_ours():
    try:
        return os.waitpid(-1, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return True


def test_output_errors_and_status():
    assert shell("echo out; echo err >&2; exit 3") == (3, b"out\n", b"err\n")


def test_a_result_does_not_show_its_output():
    assert repr(shell("echo secret")) == "<Finished 0>"


def test_there_is_no_input_and_no_terminal():
    assert shell("cat; (: < /dev/tty) 2>/dev/null && echo terminal").output == b""


def test_the_environment_is_the_one_given():
    assert shell("echo $WHO", environ={"WHO": "me"}).output == b"me\n"


def test_a_signal_is_a_negative_status():
    assert shell("kill -9 $$").status == -signal.SIGKILL


@pytest.mark.parametrize("name", ["/nonexistent/program", "/", "a\0b"])
def test_what_cannot_be_started(name):
    with pytest.raises((OSError, ValueError)):
        run(name)
    assert no_child_of_ours()


def test_a_program_that_does_not_end_is_killed_with_all_that_it_started(tmp_path):
    pids = tmp_path / "pids"
    stubborn = "trap '' TERM; echo $$ >> $PIDS; while :; do sleep 0.05; done"
    with pytest.raises(ChildTimedOutError):
        shell(
            '(sh -c "$STUBBORN" &); echo $$ >> $PIDS; sleep 60',
            timeout=0.7,
            environ={**os.environ, "STUBBORN": stubborn, "PIDS": str(pids)},
        )
    started = [int(line) for line in pids.read_text().split()]
    assert len(set(started)) == 2
    assert all(gone(pid) for pid in started)
    assert no_child_of_ours()


def test_a_program_that_closes_its_output_and_goes_on_is_killed_too():
    with pytest.raises(ChildTimedOutError):
        shell("exec >&- 2>&-; exec sleep 60", timeout=0.3)
    assert no_child_of_ours()


def test_a_program_that_asks_to_be_left_alone_is_killed_nevertheless():
    started = time.monotonic()
    with pytest.raises(ChildTimedOutError):
        shell("trap '' TERM INT HUP; while :; do sleep 0.05; done", timeout=0.3)
    assert time.monotonic() - started < 10
    assert no_child_of_ours()


def test_a_program_that_prints_without_end_is_stopped():
    started = time.monotonic()
    with pytest.raises(ChildTalkedTooMuchError):
        run("yes", most=1 << 20)
    assert time.monotonic() - started < 10
    assert no_child_of_ours()


def test_of_the_errors_only_the_beginning_is_kept():
    done = run(sys.executable, "-c", "import sys; sys.stderr.write('e' * 3_000_000); print('ok')")
    assert done.output == b"ok\n"
    assert len(done.errors) == 16384


def test_the_end_of_the_program_counts_and_not_that_of_what_it_left_in_the_background(tmp_path):
    started = time.monotonic()
    done = shell(f"sleep 30 & echo $! > {tmp_path}/pid; echo out")
    assert done == (0, b"out\n", b"")
    assert time.monotonic() - started < 10
    left = int((tmp_path / "pid").read_text())
    os.kill(left, signal.SIGKILL)  # it was left alive
    assert gone(left)


def test_an_ignored_sigchld_does_no_harm():
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        assert shell("echo out").output == b"out\n"
        with pytest.raises(ChildTimedOutError):
            shell("sleep 60", timeout=0.2)
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_forks_in_other_threads_neither_hang_nor_make_it_hang():
    """A forked child that lives on has copies of the pipes; the reader must not wait for it."""
    stop, children = threading.Event(), []

    def fork_often():
        while not stop.is_set():
            pid = os.fork()
            if pid == 0:
                time.sleep(8)
                os._exit(0)
            children.append(pid)
            time.sleep(0.01)

    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads: the point of it
        thread = threading.Thread(target=fork_often)
        thread.start()
        try:
            slowest = 0.0
            for number in range(60):
                started = time.monotonic()
                assert shell(f"echo {number}").output == f"{number}\n".encode()
                slowest = max(slowest, time.monotonic() - started)
        finally:
            stop.set()
            thread.join(10)
            for pid in children:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
    assert children
    assert slowest < 6

"""Doing something as a user for whom files can be closed, whoever runs the tests."""

import os
import shutil
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65534


@contextmanager
def open_folder():
    """Give a folder that every user may enter; pytest's own are closed to others."""
    folder = Path(tempfile.mkdtemp())
    try:
        folder.chmod(0o755)
        yield folder
    finally:
        shutil.rmtree(folder)


def unprivileged(work):
    """Return the text of what ``work`` returns in a forked child, which is nobody if this process is root.

    What the child needs must be imported: it may not be able to read the
    checkout. An exception fails here, with its traceback.
    """
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(sender, _outcome(work).encode())
        finally:
            os._exit(0)
    os.close(sender)
    with open(receiver, encoding="utf-8") as answer:
        kind, _, text = answer.read().partition(":")
    os.waitpid(child, 0)
    assert kind == "done", text
    return text


def _outcome(work):
    try:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return f"done:{work()}"
    except BaseException:
        return f"failed:{traceback.format_exc()}"

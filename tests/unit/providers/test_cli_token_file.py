import json
import os
import signal
import stat
import threading
import time

import pytest
from sotalia.components.errors import ClientError
from sotalia.providers.cli_token_file import TokenFile, TokenFileError, TokenRefusedError, cli_folder
from unprivileged import open_folder, unprivileged

OLD = {"refreshToken": "one", "accessToken": "a", "other": [1]}
NEW = {**OLD, "refreshToken": "two", "accessToken": "b"}


def never(document):
    return False


def swap(document):
    return NEW


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "cache").mkdir(mode=0o755)  # as the AWS CLI makes it
    (tmp_path / "cache" / "x.json").write_text(json.dumps(OLD))
    return tmp_path / "cache"


def leftovers(folder):
    return [name for name in os.listdir(folder) if name.endswith(".tmp")]


def test_an_exchange_gets_what_is_in_the_file_and_its_answer_goes_there(folder):
    file = TokenFile(str(folder), "x.json")
    seen = []
    assert file.renew(never, lambda document: seen.append(document) or NEW, wait=1) == NEW
    assert seen == [OLD]
    assert json.loads((folder / "x.json").read_text()) == NEW
    assert stat.S_IMODE((folder / "x.json").stat().st_mode) == 0o600
    assert leftovers(folder) == []


def test_a_usable_file_is_not_exchanged(folder):
    assert TokenFile(str(folder), "x.json").renew(lambda document: True, pytest.fail, wait=1) == OLD


def test_the_file_is_read_again_under_the_lock(folder):
    """What somebody else wrote while we waited is seen, and an old token in memory is never sent."""
    file, inside, go_on = TokenFile(str(folder), "x.json"), threading.Event(), threading.Event()

    def slow(document):
        inside.set()
        go_on.wait(10)
        return NEW

    first = threading.Thread(target=lambda: file.renew(never, slow, wait=5))
    first.start()
    inside.wait(10)
    found = []
    other = TokenFile(str(folder), "x.json")
    second = threading.Thread(
        target=lambda: found.append(other.renew(lambda document: document == NEW, pytest.fail, wait=10))
    )
    second.start()
    assert TokenFile(str(folder), "x.json").renew(never, pytest.fail, wait=None) is None  # only a try
    go_on.set()
    first.join(10)
    second.join(10)
    assert found == [NEW]


def test_without_the_lock_nothing_is_exchanged(folder):
    inside, go_on = threading.Event(), threading.Event()

    def slow(document):
        inside.set()
        go_on.wait(10)
        return NEW

    holder = threading.Thread(target=lambda: TokenFile(str(folder), "x.json").renew(never, slow, wait=1))
    holder.start()
    inside.wait(10)
    with pytest.raises(TokenFileError, match=r"another process has been renewing .*x\.json for 0\.05 s"):
        TokenFile(str(folder), "x.json").renew(never, pytest.fail, wait=0.05)
    go_on.set()
    holder.join(10)


def test_a_failed_exchange_leaves_the_file_as_it_was(folder):
    def refuse(document):
        raise ClientError({"Error": {"Code": "Throttled"}}, "CreateToken")

    with pytest.raises(ClientError):
        TokenFile(str(folder), "x.json").renew(never, refuse, wait=1)
    assert json.loads((folder / "x.json").read_text()) == OLD
    assert leftovers(folder) == []
    assert TokenFile(str(folder), "x.json").renew(never, swap, wait=0) == NEW  # the lock was given back


def test_a_folder_that_cannot_be_written_to_is_found_out_before_the_exchange():
    def renew():
        with pytest.raises(TokenFileError, match=r"cannot be renewed.*Permission denied"):
            TokenFile(str(folder), "x.json").renew(never, pytest.fail, wait=1)

    with open_folder() as folder:
        (folder / "x.json").write_text(json.dumps(OLD))
        TokenFile(str(folder), "x.json").renew(never, swap, wait=1)  # imports what the child needs
        folder.chmod(0o555)
        try:
            unprivileged(renew)
        finally:
            folder.chmod(0o755)


def test_a_full_disk_is_found_out_before_the_exchange(folder, monkeypatch):
    def full(fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TokenFileError, match="No space left on device"):
        TokenFile(str(folder), "x.json").renew(never, pytest.fail, wait=1)


def test_no_file_is_nothing_to_exchange(folder):
    assert TokenFile(str(folder), "y.json").read() is None
    with pytest.raises(TokenFileError, match=r"there is no file .*y\.json"):
        TokenFile(str(folder), "y.json").renew(never, pytest.fail, wait=1)


@pytest.mark.parametrize("content", ["", "{", "[1]", "nothing", "\x00" * 10])
def test_a_broken_file_is_said_to_be_one(folder, content):
    (folder / "x.json").write_text(content)
    with pytest.raises(TokenFileError, match=r"x\.json is no JSON object"):
        TokenFile(str(folder), "x.json").read()


def test_a_link_to_the_folder_and_a_missing_folder_will_do(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    assert TokenFile(str(tmp_path / "link"), "x.json").read() == OLD
    TokenFile(str(tmp_path / "new" / "cache"), "x.json").write(NEW, wait=1)
    assert TokenFile(str(tmp_path / "new" / "cache"), "x.json").read() == NEW
    TokenFile(str(folder), "x.json").remove(wait=1)
    TokenFile(str(folder), "x.json").remove(wait=1)
    assert TokenFile(str(folder), "x.json").read() is None


def test_the_folder_is_below_the_home_of_the_environment():
    assert cli_folder({"HOME": "/h"}, "~/.aws/sso/cache") == "/h/.aws/sso/cache"
    assert cli_folder({"HOME": "/h"}, "/elsewhere") == "/elsewhere"


def test_a_signal_handler_that_raises_does_not_come_between_exchange_and_writing(folder):
    """Ctrl-C, and the time limits of Celery and gunicorn, raise in the main thread, wherever that is."""

    def limit(*_):
        raise TimeoutError("the worker's time limit")

    def slow(document):
        os.kill(os.getpid(), signal.SIGALRM)
        time.sleep(0.2)
        return NEW

    before = signal.signal(signal.SIGALRM, limit)
    try:
        with pytest.raises(TimeoutError):
            TokenFile(str(folder), "x.json").renew(never, slow, wait=1)
    finally:
        signal.signal(signal.SIGALRM, before)
    # The next one waits for the work that goes on, and finds its result.
    assert TokenFile(str(folder), "x.json").renew(lambda document: document == NEW, pytest.fail, wait=5) == NEW


STEPS = ("locked", "staged", "exchanged", "written", "synced", "replaced")


@pytest.mark.parametrize("step", STEPS)
def test_a_process_killed_at_any_step_leaves_a_file_that_works(folder, step):
    child = os.fork()
    if child == 0:
        file = TokenFile(
            str(folder), "x.json", step=lambda name: os.kill(os.getpid(), signal.SIGKILL) if name == step else None
        )
        file.renew(never, swap, wait=1)
        os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    spent = step in ("exchanged", "written", "synced", "replaced")
    known = step in ("written", "synced", "replaced")
    asked = []
    file = TokenFile(str(folder), "x.json")
    found = file.renew(lambda document: document == NEW, lambda document: asked.append(document) or NEW, wait=1)
    assert found == NEW
    # Only between the answer's arrival and its first byte on disk is a spent token asked for again.
    assert asked == ([] if known else [OLD])
    assert (spent, bool(asked)) in ((False, True), (True, True), (True, False))
    assert leftovers(folder) == []


def test_what_a_killed_process_wrote_is_not_put_over_a_newer_sign_in(folder):
    (folder / ".x.json.next.0123456789abcdef.77.tmp").write_text(json.dumps(NEW))
    assert TokenFile(str(folder), "x.json").renew(lambda document: True, pytest.fail, wait=1) == OLD
    assert leftovers(folder) == []


def test_a_token_that_was_refused_is_not_sent_again_for_a_moment_by_anybody(folder):
    now, asked = [1000.0], []

    def refuse(document):
        asked.append(document["refreshToken"])
        raise TokenRefusedError("it is over")

    files = [TokenFile(str(folder), "x.json", clock=lambda: now[0]) for _ in range(3)]
    for file in files:
        with pytest.raises(TokenRefusedError, match="it is over"):
            file.renew(never, refuse, wait=1)
    assert asked == ["one"]
    note = folder / ".x.json.refused"
    assert stat.S_IMODE(note.stat().st_mode) == 0o600
    assert '"one"' not in note.read_text()
    now[0] += 5.1
    with pytest.raises(TokenRefusedError):
        files[0].renew(never, refuse, wait=1)
    assert asked == ["one", "one"]
    files[1].write(NEW, wait=1)  # somebody signs in: that is another token
    assert files[2].renew(never, lambda document: {**NEW, "refreshToken": "three"}, wait=1)["refreshToken"] == "three"
    files[0].remove(wait=1)
    assert not note.exists()


def test_who_waits_for_the_lock_hears_of_a_refusal_without_getting_it(folder):
    inside, go_on, told = threading.Event(), threading.Event(), []

    def refuse(document):
        inside.set()
        go_on.wait(20)
        raise TokenRefusedError("it is over")

    def renew(exchange):
        try:
            TokenFile(str(folder), "x.json").renew(never, exchange, wait=20)
        except TokenRefusedError as error:
            told.append(str(error))

    threads = [threading.Thread(target=renew, args=(refuse,))]
    threads[0].start()
    assert inside.wait(20)
    threads += [threading.Thread(target=renew, args=(pytest.fail,)) for _ in range(4)]
    for thread in threads[1:]:
        thread.start()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert told == ["it is over"] * 5


@pytest.mark.parametrize("content", ["", "[]", '{"token": 1}', '{"until": "x"}'])
def test_a_broken_note_of_a_refusal_counts_for_nothing(folder, content):
    (folder / ".x.json.refused").write_text(content)
    assert TokenFile(str(folder), "x.json").renew(never, swap, wait=1) == NEW

"""``sotalia cache`` as an operator runs it: what it tells, what it removes, and that it never shows a secret."""

import json
import multiprocessing
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import canary
import pytest
from sotalia import Session
from sotalia.components.cache import Entry, EntryIdentity
from sotalia.components.cache_file import FileCache
from sotalia.components.cache_format import seal_entry
from sotalia.components.sealing import KeyRing, SealingKey
from sotalia.ops import cache_command, cache_verify
from sotalia.ops.command_line import main
from sotalia.ops.testkit import FakeIMDS
from sotalia.providers.credential_set import iso_of

SECRETS = {"secret_key": canary.SECRET_KEY, "token": canary.TOKEN}
NOW = 1_900_000_000.0
ROLE = "arn:aws:iam::123456789012:role/reader"


def credentials(ends_in, key="AKIDGOOD", **more):
    return {"access_key": key, **SECRETS, "expiry_time": iso_of(NOW + ends_in), **more}


def role(name="reader", **more):
    return EntryIdentity.of("assume-role", role_arn=f"arn:aws:iam::123456789012:role/{name}", **more)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def cache(folder):
    return FileCache(folder, environ={})


@pytest.fixture
def run(folder, capsys, monkeypatch):
    """Run the command at ``NOW``."""
    monkeypatch.setattr(cache_command, "time", SimpleNamespace(time=lambda: NOW))

    def run(*arguments, status=0):
        assert main(["cache", *arguments, "--location", str(folder)]) == status
        out, err = capsys.readouterr()
        assert not canary.found_in(out + err)
        return out if status == 0 else out + err

    return run


def entries(run):
    return {entry["about"] or entry["entry"]: entry for entry in json.loads(run("list", "--json"))["entries"]}


def test_a_folder_that_is_not_there_is_empty_and_stays_so(run, folder):
    assert "none yet" in run("list")
    assert not folder.exists()
    assert "no entry begins with 'abc'" in run("show", "abc", status=1)
    assert run("clear") == "Removed 0 of 0 entries.\n"
    assert not folder.exists()


STATES = {
    "fresh": Entry(credentials(3500), NOW - 100, 4711),
    "advisory": Entry(credentials(600), NOW - 3000, 4711),
    "mandatory": Entry(credentials(30), NOW - 3570, 4711),
    "expired": Entry(credentials(-10), NOW - 3610, 4711),
    "rejected": Entry(credentials(3000, "BAD"), NOW - 600, 4711, rejected=("BAD",)),
    "endless": Entry({"access_key": "K", **SECRETS, "expiry_time": None}, NOW, 4711),
    "failed": Entry({}, NOW, 4711, "the source is down", NOW + 600),
}


@pytest.mark.parametrize("state", STATES)
def test_a_state_is_told(run, cache, state):
    cache.write(role(), STATES[state])
    found = entries(run)[ROLE]
    assert found["state"] == state
    assert found["provider"] == "assume-role"
    assert found["account"] == "123456789012"
    assert found["opens"] is True
    line = next(line for line in run("list").splitlines() if ROLE in line)
    assert f"  {state}" in line
    assert "by 4711" in line


def test_a_line_tells_whose_until_when_by_whom_and_with_which_key(run, cache):
    cache.write(role(), Entry(credentials(3000, account_id="999999999999"), NOW - 600, 4711))
    (key,) = cache.keys.ring(make=False).keys
    header, line = run("list").splitlines()[2:]
    assert header.split() == ["ENTRY", "PROVIDER", "FOR", "ACCOUNT", "STATE", "ENDS", "FETCHED", "BYTES", "KEY"]
    size = os.stat(Path(cache.folder.path, f"{role().digest()}.v2")).st_size
    assert line.split("  ")[0] == role().digest()[:12]
    for part in (
        ROLE,
        "999999999999",
        "fresh",
        "in 50 min",
        "10 min ago by 4711",
        str(size),
        f"{key.key_id.hex()} opens",
    ):
        assert part in line


def test_a_failure_is_told_beside_the_set_that_is_still_good(run, cache):
    entry = Entry(credentials(600), NOW - 3000, 4711, "the source is down", NOW + 100)
    cache.write(role(), entry)
    told = run("list")
    assert "advisory, failing" in told
    assert f"{role().digest()[:12]}: failed: the source is down (nobody asks again before 100 s are over)" in told


def test_a_failure_that_does_not_count_any_more_is_told_too(run, cache):
    cache.write(role(), Entry({}, NOW - 10, 4711, "it was down", NOW - 5))
    assert "failed: it was down (who needs it asks again)" in run("list")


def test_show_tells_everything_but_secrets_and_private_attributes(run, cache):
    identity = EntryIdentity.of(
        "assume-role",
        role_arn=ROLE,
        source="env AKIA",
        **{
            "argument.ExternalId": canary.TOKEN,
            "argument.Policy": canary.SECRET_KEY,
            "argument.RoleSessionName": "nightly",
            "sts.endpoint": f"https://user:{canary.TOKEN}@sts.example/{canary.TOKEN}?x={canary.TOKEN}",
        },
    )
    cache.write(identity, Entry(credentials(3000), NOW, 4711, rejected=("OLDKEY",)))
    told = run("show", identity.digest()[:6])
    for part in (
        f"entry: {identity.digest()}",
        "state: fresh",
        "access_key: AKIDGOOD",
        "fetched_by: 4711",
        "rejected: OLDKEY",
        "argument.ExternalId: (not shown)",
        "argument.Policy: (not shown)",
        "argument.RoleSessionName: nightly",
        "sts.endpoint: https://sts.example",
        f"role_arn: {ROLE}",
    ):
        assert part in told
    assert "expires: 20" in told
    assert json.loads(run("show", identity.digest(), "--json"))[0]["access_key"] == "AKIDGOOD"


def test_of_a_provider_of_somebody_else_no_value_is_shown_and_of_a_command_the_program_alone(run, cache):
    mine = EntryIdentity.of("vault", role_arn=canary.TOKEN, path=canary.TOKEN)
    program = EntryIdentity.of("custom-process", command=f"/opt/bin/get --password {canary.TOKEN}")
    container = EntryIdentity.of("container-role", endpoint=f"http://169.254.170.2/v2/credentials/{canary.TOKEN}")
    for identity in (mine, program, container):
        cache.write(identity, Entry(credentials(3000), NOW, 1))
    told = run("list") + "".join(run("show", identity.digest()) for identity in (mine, program, container))
    assert "role_arn: (not shown)" in told
    assert "command: get\n" in told
    assert "endpoint: http://169.254.170.2\n" in told


def test_a_name_cannot_write_to_the_terminal(run, cache):
    cache.write(role("x\x1b[2J\r\n"), Entry(credentials(3000), NOW, 1))
    assert "role/x?[2J??" in run("list")


def test_what_does_not_open_is_told_with_its_reason(run, cache, folder):
    cache.write(role(), Entry(credentials(3000), NOW, 1))
    whole = (folder / f"{role().digest()}.v2").read_bytes()
    foreign = KeyRing([SealingKey(b"x" * 32)])

    def plant(name, raw):
        (folder / name).touch(0o600)
        (folder / name).write_bytes(raw)

    plant(f"{role('a').digest()}.v2", seal_entry(foreign, role("a"), Entry({}, 1.0, 1)))
    plant(f"{role('b').digest()}.v2", whole)
    plant(f"{role('c').digest()}.v2", b"garbage")
    plant(f"{role('d').digest()}.v1", whole)
    os.mkfifo(folder / f"{role('e').digest()}.v2", 0o600)
    found = {entry["entry"]: entry for entry in json.loads(run("list", "--json"))["entries"]}
    problems = {name: found[role(name).digest()]["problem"] for name in "abcde"}
    assert problems == {
        "a": "sealed with a key that is not known here",
        "b": "changed, or of another identity",
        "c": "truncated",
        "d": "written by another release of sotalia",
        "e": f"{role('e').digest()}.v2 is no regular file: remove it",
    }
    assert found[role("a").digest()]["key"] == foreign.keys[0].key_id.hex()
    assert [found[role(name).digest()]["opens"] for name in "abcde"] == [False] * 5
    assert "does not open" in run("list")
    assert found[role("d").digest()]["state"] == "old-format"


def test_without_its_keys_the_folder_is_still_told(run, cache, folder):
    cache.write(role(), Entry(credentials(3000), NOW, 1))
    (folder / "keys").chmod(0o644)
    told = run("list")
    assert "keys is open to others" in told
    assert "unreadable" in told


def test_a_folder_that_is_refused_is_an_error_with_its_reason(run, cache, folder):
    cache.write(role(), Entry(credentials(3000), NOW, 1))
    folder.chmod(0o755)
    for action in (["list"], ["clear"], ["show", "a"], ["rotate-key"]):
        assert "the folder is open to others (mode 0755): set its mode to 0700" in run(*action, status=1)


def test_a_cache_without_a_folder_says_so(monkeypatch, capsys):
    monkeypatch.setenv("SOTALIA_CREDENTIAL_CACHE", "memory")
    assert main(["cache", "list"]) == 1
    assert "the cache of these settings is 'memory'" in capsys.readouterr().err


def test_clear_removes_entries_of_all_formats_and_leaves_locks_and_keys(run, cache, folder):
    for name in "abc":
        lock = cache.lock(role(name))
        lock.acquire(0)
        cache.write(role(name), Entry(credentials(3000), NOW, 1))
        lock.release()
    (folder / f"{role('a').digest()}.v1").touch(0o600)
    locks = sorted(path.name for path in folder.glob("*.lock"))
    assert run("clear", role("b").digest()[:8]) == "Removed 1 of 1 entry.\n"
    assert cache.read(role("a")) is not None
    assert run("clear") == "Removed 3 of 3 entries.\n"
    assert sorted(path.name for path in folder.iterdir()) == sorted([*locks, "keys"])


def test_clear_expired_leaves_what_has_not_ended(run, cache):
    for name, entry in STATES.items():
        cache.write(role(name), entry)
    cache.write(role("over"), Entry({}, 1.0, 1, "it was down", NOW - 1))
    told = json.loads(run("clear", "--expired", "--json"))
    assert sorted(told["removed"]) == sorted([role("expired").digest(), role("over").digest()])
    assert cache.read(role("fresh")) is not None


def hold(folder, name, ready, stop):
    lock = FileCache(folder, environ={}).lock(role(name))
    assert lock.acquire(5)
    ready.set()
    stop.wait(60)


def test_clear_waits_for_a_lock_and_leaves_an_entry_whose_lock_it_cannot_get(run, cache, monkeypatch):
    monkeypatch.setattr(cache_command, "_LOCK_PATIENCE", 0.05)
    cache.write(role(), Entry(credentials(3000), NOW, 1))
    context = multiprocessing.get_context("fork")
    ready, stop = context.Event(), context.Event()
    holder = context.Process(target=hold, args=(cache.folder.path, "reader", ready, stop))
    holder.start()
    try:
        assert ready.wait(30)
        assert "its lock is held: somebody is fetching" in run("clear", status=1)
        assert cache.read(role()) is not None
    finally:
        stop.set()
        holder.join(30)
    assert run("clear") == "Removed 1 of 1 entry.\n"


def test_clear_names_what_it_cannot_lock_and_goes_on(run, cache, folder):
    for name in "ab":
        cache.write(role(name), Entry(credentials(3000), NOW, 1))
    (folder / f"{role('a').digest()}.lock").symlink_to("nowhere")
    told = run("clear", status=1)
    assert "Removed 1 of 2 entries." in told
    assert f"{role('a').digest()[:12]}: {role('a').digest()}.lock is a symbolic link: remove it" in told
    assert cache.read(role("a")) is not None


def test_rotate_key_seals_everything_anew(run, cache):
    cache.write(role(), Entry(credentials(3000), NOW, 1))
    (old,) = cache.keys.ring(make=False).keys
    told = json.loads(run("rotate-key", "--json"))
    assert told["sealed_anew"] == 1
    assert told["dropped"] == [old.key_id.hex()]
    found = entries(run)[ROLE]
    assert found["key"] == told["new"]
    assert found["opens"] is True
    assert "New key " in run("rotate-key")


def test_rotate_key_does_not_touch_keys_of_the_environment(run, monkeypatch):
    monkeypatch.setenv("SOTALIA_CACHE_KEY", "A" * 43 + "=")
    assert "the keys come from SOTALIA_CACHE_KEY: put a new one in front of the old one there" in run(
        "rotate-key", status=1
    )


def test_verify_proves_that_no_two_processes_held_the_lock(run, folder):
    told = json.loads(run("verify", "--json"))
    assert (told["processes"], told["holds"], told["overlaps"], told["problems"]) == (4, 400, 0, [])
    assert told["exclusive"] is True
    assert told["reach"] in ("local", "unknown")
    assert list(folder.iterdir()) == []


def test_verify_prints_the_count_and_the_file_system(run, tmp_path, capsys):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)  # any place will do: nothing is kept there
    assert main(["cache", "verify", "--processes", "2", "--holds", "5", "--location", str(tmp_path / "open")]) == 0
    told = capsys.readouterr().out
    assert "is on a file system of type " in told
    assert "2 processes held the lock 10 times: 0 overlaps" in told


def test_verify_finds_overlaps_where_locks_do_nothing(folder, monkeypatch, capsys, tmp_path):
    """The processes are told to use a ``filelock`` whose locks exclude nobody, as on a mount with ``nolock``."""
    (tmp_path / "lib" / "filelock").mkdir(parents=True)
    (tmp_path / "lib" / "filelock" / "__init__.py").write_text(
        "def lock_descriptor(fd, *, blocking): return True\ndef unlock_descriptor(fd): pass\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "lib"), *filter(None, sys.path)]))
    assert cache_verify.verify(str(folder), 4, 25) == 1
    told = capsys.readouterr().out
    assert " 0 overlaps" not in told
    assert "Locks do not exclude here: set credential_cache_location to a local folder." in told


def test_verify_where_there_are_no_locks_at_all_says_what_the_system_said(folder, monkeypatch, capsys, tmp_path):
    (tmp_path / "lib" / "filelock").mkdir(parents=True)
    (tmp_path / "lib" / "filelock" / "__init__.py").write_text(
        "def lock_descriptor(fd, *, blocking): raise OSError(37, 'No locks available')\n"
        "def unlock_descriptor(fd): pass\n"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "lib"), *filter(None, sys.path)]))
    assert cache_verify.verify(str(folder), 2, 2, as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["problems"] == ["No locks available"] * 2


def test_verify_where_nothing_can_be_made_is_an_error(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["cache", "verify", "--location", str(tmp_path / "file")]) == 1
    assert "Not a directory" in capsys.readouterr().out


def test_it_tells_what_a_session_has_just_fetched(monkeypatch, capsys, own_environment):
    with FakeIMDS() as imds:
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.url)
        frozen = Session().get_credentials().get_frozen_credentials()
    assert main(["cache", "list", "--json"]) == 0
    out = capsys.readouterr().out
    (entry,) = json.loads(out)["entries"]
    assert entry["provider"] == "iam-role"
    assert entry["access_key"] == frozen.access_key
    assert entry["fetched_by"] == os.getpid()
    assert frozen.secret_key not in out
    assert frozen.token not in out
    assert json.loads(out)["folder"] == f"{own_environment}/run/sotalia"


def test_the_command_runs_alone(folder, cache):
    cache.write(role(), Entry(credentials(3000), NOW, 1))
    done = subprocess.run(
        [sys.executable, "-m", "sotalia", "cache", "list", "--location", str(folder)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert ROLE in done.stdout
    assert not canary.found_in(done.stdout + done.stderr)

import json
import os
import random
import subprocess
import threading
import time
from datetime import UTC, datetime

import canary
import peers
import pytest
from fake_source import Clock
from sotalia.components.cache_backends import open_cache
from sotalia.components.child_process import Finished
from sotalia.components.command_words import split_command
from sotalia.components.errors import CredentialRetrievalError
from sotalia.components.single_flight import SharedFetch
from sotalia.providers.process import ProcessProvider

SET = {"Version": 1, "AccessKeyId": "AKIDX", "SecretAccessKey": canary.SECRET_KEY, "SessionToken": canary.TOKEN}


class Program:
    """Stands in for a program: prints ``document``, or what it is told."""

    def __init__(self, document=None, status=0, errors=b""):
        self.document = SET if document is None else document
        self.status = status
        self.errors = errors
        self.runs = []

    def __call__(self, words, **options):
        self.runs.append((words, options))
        output = self.document if isinstance(self.document, bytes) else json.dumps(self.document).encode()
        return Finished(self.status, output, self.errors)


def provider(program=None, command="program --key", profile=None, **options):
    options.setdefault("environ", {})
    keys = {"credential_process": command, **(profile or {})}
    return ProcessProvider("p", lambda: {"profiles": {"p": keys}}, run=program, **options)


def ending(seconds, clock):
    return {**SET, "Expiration": datetime.fromtimestamp(clock() + seconds, UTC).isoformat()}


def broken(program, *needles, **options):
    with pytest.raises(CredentialRetrievalError) as caught:
        provider(program, **options).load()
    for needle in needles:
        assert needle in str(caught.value)
    assert not canary.found_in(str(caught.value) + repr(caught.value))


def test_a_program_gives_credentials():
    program = Program({**SET, "AccountId": "123456789012"})
    found = provider(program, "'my program' \"--key=a b\"").load()
    assert found.get_frozen_credentials() == ("AKIDX", canary.SECRET_KEY, canary.TOKEN, "123456789012")
    assert (found.method, found.state, found.expiry_time) == ("custom-process", "fresh", None)
    assert [words for words, _ in program.runs] == [["my program", "--key=a b"]]


def test_the_account_may_be_written_in_the_profile():
    assert provider(Program(), profile={"aws_account_id": "7"}).load().account_id == "7"


def test_not_configured_without_a_command():
    answer = ProcessProvider("p", lambda: {"profiles": {"p": {}}}).load()
    assert not answer
    assert "credential_process" in answer.setting


def test_it_is_run_again_before_its_credentials_end_and_not_served_beyond():
    clock = Clock()
    program = Program(ending(3600, clock))
    found = provider(program, clock=clock).load()
    clock.advance(3600 - 15 * 60 - 1)
    assert found.access_key == "AKIDX"
    program.document = {**ending(3600, clock), "AccessKeyId": "NEXT"}
    clock.advance(2)
    assert found.access_key == "NEXT"
    assert len(program.runs) == 2
    program.status = 1
    clock.advance(3601)
    with pytest.raises(CredentialRetrievalError):
        found.get_frozen_credentials()


def test_without_an_end_it_is_run_again_when_its_key_was_refused():
    program = Program()
    found = provider(program).load()
    program.document = {**SET, "AccessKeyId": "ROTATED"}
    assert found.access_key == "AKIDX"
    found.invalidate("AKIDX")
    assert found.access_key == "ROTATED"
    assert len(program.runs) == 2


def test_a_changed_command_is_used_at_the_next_run():
    config = {"profiles": {"p": {"credential_process": "old"}}}
    program = Program()
    found = ProcessProvider("p", lambda: config, run=program, environ={}).load()
    config["profiles"]["p"]["credential_process"] = "new"
    program.document = {**SET, "AccessKeyId": "B"}
    found.invalidate("AKIDX")
    found.get_frozen_credentials()
    assert [words for words, _ in program.runs] == [["old"], ["new"]]


@pytest.mark.parametrize(
    ("document", "needle"),
    [
        (b"", "printed nothing"),
        (b" \n", "printed nothing"),
        (b"no json", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no object"),
        (b'"text"', "no object"),
        ({}, "no Version"),
        ({**SET, "Version": 2}, "Version 2; 1 is known"),
        ({**SET, "Version": "1"}, "no Version"),
        ({**SET, "Version": True}, "no Version"),
        ({"Version": 1, "AccessKeyId": "A"}, "without SecretAccessKey"),
        ({"Version": 1}, "without AccessKeyId and SecretAccessKey"),
        ({**SET, "AccessKeyId": None}, "without AccessKeyId"),
        ({**SET, "AccessKeyId": "", "SecretAccessKey": ""}, "without access_key, secret_key"),
        ({**SET, "SecretAccessKey": 7}, "without SecretAccessKey"),
        ({**SET, "Expiration": "tomorrow"}, "no time"),
        ({**SET, "Expiration": ""}, "no time"),
        ({**SET, "Expiration": "2001-01-01T00:00:00Z"}, "past their end"),
    ],
)
def test_documents_that_are_no_good_stop_the_chain(document, needle):
    broken(Program(document), needle)


def test_a_program_that_fails_is_quoted_short_and_without_secrets():
    said = f"no session: SecretAccessKey={canary.SECRET_KEY} {canary.TOKEN}\n".encode() + b"x " * 5000
    broken(Program(status=3, errors=said), "'program' ended with status 3", "it said: no session: SecretAccessKey=****")
    broken(Program(status=-9), "signal 9; it said: nothing")
    with pytest.raises(CredentialRetrievalError) as caught:
        provider(Program(status=3, errors=said)).load()
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("command", "needle"),
    [
        ('"unclosed', "check its quotes"),
        ("'' x", "check its quotes"),
        ("/nonexistent/program", "'/nonexistent/program' cannot be run: No such file"),
        ("/", "cannot be run: Permission denied"),
        ("a\0b", "holds a NUL"),
        ({"nested": "keys"}, "no text"),
    ],
)
def test_commands_that_cannot_be_run(command, needle):
    broken(None, needle, command=command)


def test_real_programs(tmp_path):
    document = tmp_path / "document"
    document.write_text(json.dumps(SET))
    found = provider(command=f"cat {document}", environ={"PATH": os.environ["PATH"]}).load()
    assert found.secret_key == canary.SECRET_KEY
    broken(None, "did not end within 0.3 s (credential_process_timeout)", command="sleep 60", timeout=lambda: 0.3)
    broken(None, "printed more than 1 MiB and was killed", command="yes")
    broken(None, "printed nothing", command="true")
    broken(None, "ended with status 1", command="false")


# what processes share


def member(program, folder, clock, command="program", **options):
    sharing = SharedFetch(open_cache("file", str(folder), environ={}), clock=clock)
    return provider(program, command, sharing=sharing, clock=clock, **options)


def test_one_run_for_all_that_share(tmp_path):
    clock = Clock()
    program = Program(ending(3600, clock))
    found = [member(program, tmp_path / "cache", clock).load() for _ in range(100)]
    assert {credentials.access_key for credentials in found} == {"AKIDX"}
    assert len(program.runs) == 1
    program.document = {**ending(7200, clock), "AccessKeyId": "NEXT"}
    clock.advance(3600 - 30)
    assert {credentials.access_key for credentials in found} == {"NEXT"}
    assert len(program.runs) == 2


def test_a_set_without_an_end_is_shared_by_those_who_start_together(tmp_path):
    clock, program = Clock(), Program()
    first = [member(program, tmp_path / "cache", clock).load() for _ in range(10)]
    assert len(program.runs) == 1
    clock.advance(61)
    program.document = {**SET, "AccessKeyId": "ROTATED"}
    assert member(program, tmp_path / "cache", clock).load().access_key == "ROTATED"
    assert {credentials.access_key for credentials in first} == {"AKIDX"}


def test_a_refused_key_is_asked_for_once_by_all(tmp_path):
    clock, program = Clock(), Program()
    found = [member(program, tmp_path / "cache", clock).load() for _ in range(10)]
    program.document = {**SET, "AccessKeyId": "ROTATED"}
    for credentials in found:
        credentials.invalidate("AKIDX")
    assert {credentials.access_key for credentials in found} == {"ROTATED"}
    assert len(program.runs) == 2


def test_everything_that_may_change_the_answer_is_in_the_name_of_the_entry(tmp_path):
    def identity(command="program", profile=None, **environ):
        return member(None, tmp_path, Clock(), command, environ=environ, profile=profile).cache_identity()

    variants = [
        identity(),
        identity("program --other"),
        identity("./program"),
        identity(AWS_PROFILE="x"),
        identity(VAULT_ADDR="a"),
        identity(VAULT_ADDR="b"),
        identity(profile={"aws_account_id": "1"}),
    ]
    assert len({variant.digest() for variant in variants}) == len(variants)
    assert identity() == identity(RANK="1", PYTEST_XDIST_WORKER="gw1", PWD="/x", SLURM_PROCID="7")
    assert identity(TOKEN=canary.TOKEN) == identity(TOKEN=canary.TOKEN)
    assert not canary.found_in(str(identity(TOKEN=canary.TOKEN).attributes))


def test_threads_start_one_program():
    started = threading.Barrier(20)

    class Slow(Program):
        def __call__(self, words, **options):
            time.sleep(0.2)
            return super().__call__(words, **options)

    program = Slow()
    sharing = SharedFetch(open_cache("memory"))
    found = []

    def load():
        started.wait(10)
        found.append(provider(program, sharing=sharing).load().access_key)

    threads = [threading.Thread(target=load) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == ["AKIDX"] * 20
    assert len(program.runs) == 1


def test_others_wait_longer_for_a_program_than_it_may_take():
    credentials = provider(Program(), timeout=lambda: 200).load()
    assert credentials._process_wait > 200
    assert credentials._thread_wait > credentials._process_wait


@peers.takes_long_once
def test_windows_rules_are_those_of_boto3():
    draw = random.Random(11)
    commands = ["".join(draw.choices("ab \"\\\t'", k=draw.randrange(12))) for _ in range(3000)]
    script = (
        "import json, sys\nfrom botocore.compat import compat_shell_split\n"
        "def split(text):\n try: return compat_shell_split(text, platform='win32')\n except ValueError: return None\n"
        "print(json.dumps([split(text) for text in json.load(sys.stdin)]))"
    )
    done = subprocess.run(
        [peers.python(), "-c", script], input=json.dumps(commands), capture_output=True, text=True, check=True
    )

    def split(text):
        try:
            return split_command(text, "nt")
        except ValueError:
            return None

    theirs = json.loads(done.stdout)
    different = [
        (text, split(text), their) for text, their in zip(commands, theirs, strict=True) if split(text) != their
    ]
    assert not different, different[:5]

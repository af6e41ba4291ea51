"""Many processes, one refresh token that is good once: one exchange a round, and nothing lost by a killed holder.

``SOTALIA_TOKEN_ROUNDS=50`` runs as many rounds as that instead of a few (``make crash-test``).
"""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import groupby
from urllib.request import urlopen

import pytest
from signed_in import LOGIN, SSO, Home, content, iso
from token_fleet import STEPS, work

PROCESSES = 20
ROUNDS = int(os.environ.get("SOTALIA_TOKEN_ROUNDS", "3"))
HARMLESS = ("locked", "staged", "written", "synced", "replaced")
QUEUED = ("LoginTokenLoadError", "TokenRetrievalError")  # who waited for 30 s for others to hear the same
EXPIRED = {"sso": "TokenExpiredError", "login": "LoginRefreshRequired"}
pytestmark = pytest.mark.timeout(300 + 30 * ROUNDS)
SERVERS = {"sso": "sso_oidc", "login": "signin"}


class Fleet:
    """A server in a process of its own, a home, and the workers."""

    def __init__(self, kind, folder):
        self.kind = kind
        module = f"sotalia.ops.testkit.{SERVERS[kind]}"
        self.server = subprocess.Popen(
            [sys.executable, "-m", module, "--latency", "0.02"], stdout=subprocess.PIPE, text=True
        )
        self.url = self.server.stdout.readline().strip()
        self.home = Home(folder, SSO if kind == "sso" else LOGIN)
        self.home.environ[f"AWS_ENDPOINT_URL_{SERVERS[kind].upper()}"] = self.url
        self.file = self.home.sso_file() if kind == "sso" else self.home.login_file()
        self.sign_in()
        self.context = multiprocessing.get_context("fork")
        self.lot = self.context.Value("i", 0)
        self.spot = self.context.Array("i", 2, lock=False)
        self.workers = {}
        self.hire()

    def sign_in(self):
        """Begin a session."""
        with urlopen(f"{self.url}/_begin", b"{}", timeout=20) as answer:
            self.home.put(self.file, json.loads(answer.read()))

    def seen(self):
        """Return the refresh tokens that came over the wire, in their order."""
        with urlopen(f"{self.url}/_seen", timeout=20) as answer:
            return json.loads(answer.read())["refreshTokens"]

    def hire(self):
        """Have as many workers as there should be."""
        while len(self.workers) < PROCESSES:
            mine, theirs = self.context.Pipe()
            process = self.context.Process(
                target=work, args=(self.kind, self.home.environ, self.lot, self.spot, theirs)
            )
            process.start()
            theirs.close()
            self.workers[process.pid] = process, mine

    def dismiss(self):
        """Have one worker less."""
        process, pipe = self.workers.popitem()[1]
        pipe.send("end")
        process.join(20)
        pipe.close()

    def end_the_token(self):
        """Make what is in the file a thing of the past; of the login's, its workers hear from a service."""
        document = content(self.file)
        past = iso(time.time() - 5)
        if self.kind == "sso":
            document["expiresAt"] = past
        else:
            document["accessToken"]["expiresAt"] = past
        self.home.put(self.file, document)

    def round(self, step=None, kill_after=None):
        """Let all ask at once; return their answers, and how many died: at a step, or after so long."""
        self.lot.value = 1 if step else 0
        self.spot[:] = (0, 0)
        for _, pipe in self.workers.values():
            pipe.send(step)
        answers, died, until = [], 0, time.monotonic() + 240  # four times their patience, and more
        if kill_after is not None:
            while not self.spot[0]:
                assert time.monotonic() < until, "nobody got the lock"
                time.sleep(0.0005)
            time.sleep(kill_after)
            victim, at = self.spot[:]
            self.step_of_victim = STEPS[at]  # or a later one: it goes on until the signal arrives
            os.kill(victim, signal.SIGKILL)
        for pid, (process, pipe) in list(self.workers.items()):
            while not pipe.poll(0.05) and process.is_alive():  # a sibling may hold the other end: no EOF comes
                assert time.monotonic() < until, "a worker hangs"
            try:
                if not pipe.poll(0):
                    raise EOFError
                answers.append(pipe.recv()[0])
            except EOFError:
                process.join(10)
                assert process.exitcode == -9
                pipe.close()
                del self.workers[pid]
                died += 1
        if kill_after is not None and not died:  # it had answered by then
            process, pipe = self.workers.pop(victim)
            process.join(10)
            pipe.close()
            died = 1
        return answers, died

    def stats(self):
        with urlopen(f"{self.url}/_stats", timeout=20) as answer:
            found = json.loads(answer.read())
        return {name: found.get(name, 0) for name in ("refreshes", "invalid_grant", "reused", "bad_proof", "replayed")}

    def end(self):
        for process, pipe in self.workers.values():
            if process.is_alive():
                pipe.send("end")
        until = time.monotonic() + 20
        for process, pipe in self.workers.values():
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
            pipe.close()
        self.server.terminate()
        self.server.wait(20)
        self.server.stdout.close()


@pytest.fixture(params=["sso", "login"])
def fleet(request, tmp_path):
    found = Fleet(request.param, tmp_path)
    yield found
    found.end()


def test_one_exchange_a_round_and_all_agree(fleet, capsys):
    started = time.monotonic()
    for number in range(1, ROUNDS + 1):
        fleet.end_the_token()
        answers, _ = fleet.round()
        assert len(set(answers)) == 1, set(answers)
        assert len(answers) == PROCESSES
        assert content(fleet.file)["refreshToken"] == f"fake-refresh-1-{number + 1}"
    assert fleet.stats() == {"refreshes": ROUNDS, "invalid_grant": 0, "reused": 0, "bad_proof": 0, "replayed": 0}
    assert fleet.seen() == [f"fake-refresh-1-{number + 1}" for number in range(ROUNDS)]  # none that is stale
    with capsys.disabled():
        print(
            f"\n{fleet.kind}: {PROCESSES} processes, {ROUNDS} rounds in {time.monotonic() - started:.1f} s: "
            f"{fleet.stats()}"
        )


def test_a_holder_that_is_killed_loses_nothing_that_can_be_kept(fleet, capsys):
    seed = random.randrange(10**6)
    steps = [*HARMLESS[-3:], *random.Random(seed).choices(HARMLESS, k=max(0, ROUNDS - 3))]
    for number, step in enumerate(steps, 1):
        fleet.hire()
        fleet.end_the_token()
        answers, died = fleet.round(step)
        assert (died, len(answers)) == (1, PROCESSES - 1), (seed, step)
        assert len(set(answers)) == 1, (seed, step, set(answers))
        assert fleet.stats()["refreshes"] == number, (seed, step)
    assert fleet.stats()["invalid_grant"] == 0
    assert not [name for name in os.listdir(fleet.file.parent) if name.endswith(".tmp")]
    with capsys.disabled():
        print(f"\n{fleet.kind}: {len(steps)} holders killed: {fleet.stats()}")


def test_a_holder_killed_at_a_random_moment_loses_nothing_but_what_nobody_else_can_have(fleet, capsys):
    """Every token is sent once, but for one that a killed process may have spent: nobody else has another one."""
    kills, lost, expected, started = Counter(), 0, [], time.monotonic()
    for _ in range(ROUNDS):
        fleet.hire()
        fleet.end_the_token()
        before = content(fleet.file)["refreshToken"]
        answers, died = fleet.round(kill_after=random.uniform(0, 0.08))
        assert died == 1
        assert len(answers) >= PROCESSES - 1
        kills[fleet.step_of_victim] += 1
        expected.append(before)
        if content(fleet.file)["refreshToken"] == before:  # AWS's next token died with the process
            assert fleet.step_of_victim in ("locked", "staged", "exchanged")
            told = {answer.partition(":")[0] for answer in answers}
            assert EXPIRED[fleet.kind] in told
            assert told <= {EXPIRED[fleet.kind], *QUEUED}, told
            expected.append(before)
            lost += 1
            fleet.sign_in()
            time.sleep(5.1)  # the others remember the error for up to 5 s, as they do everywhere
            continue
        # The victim may have answered nobody, but all others agree; a token from before the lock was not sent.
        assert len(set(answers)) == 1, (fleet.step_of_victim, set(answers))
    seen, stats = fleet.seen(), fleet.stats()
    with capsys.disabled():
        print(
            f"\n{fleet.kind}: {ROUNDS} holders killed at random moments in {time.monotonic() - started:.0f} s, the "
            f"last that was seen of them: {dict(kills)}; {lost} sessions lost: {stats}"
        )
    assert [token for token, _ in groupby(seen)] == [token for token, _ in groupby(expected)]
    assert stats["refreshes"] == ROUNDS
    # Whoever comes after a loss has to try the only token that there is; nothing else is ever refused.
    assert len(seen) - len(set(seen)) >= lost
    assert stats["invalid_grant"] >= lost
    if not lost:
        assert seen == expected
        assert stats["invalid_grant"] == 0


def test_a_holder_killed_before_it_could_write_costs_the_session_and_all_say_so(fleet):
    """The one window: AWS has spent the token, and its successor was in no file yet."""
    fleet.end_the_token()
    for _ in range(PROCESSES - 5):
        fleet.dismiss()
    answers, died = fleet.round("exchanged")
    assert died == 1
    assert {answer.partition(":")[0] for answer in answers} == {EXPIRED[fleet.kind]}
    assert fleet.stats()["refreshes"] == 1

"""Paginators and waiters over generated answers: the same calls, pages, tokens and errors as boto3's.

By default some services; all of them with ``SOTALIA_ALL_SERVICES=1``.
"""

import os
import pickle
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import page_cases
import page_player
import peers
import pytest
import vectors

ALL = bool(os.environ.get("SOTALIA_ALL_SERVICES"))
SOME = ("cloudformation", "dynamodb", "ec2", "ecs", "iam", "kms", "logs", "rds", "route53", "s3")
SEED = 20
MAPS = "results that are neither lists, texts nor numbers: boto3 drops or cannot cut them, here they stay whole"
HELD = "a constant that holds the results: boto3 adds those of all pages to it, or loses some; here it is the first's"
ABSENT = "a resumed page without results: boto3 puts None in, here it stays without"

pytestmark = [peers.takes_long_once, pytest.mark.timeout(1800)]


def _run(python, library, cases):
    done = subprocess.run(
        [python, page_player.__file__, library], input=pickle.dumps(cases), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)


@pytest.fixture(scope="module")
def played():
    data = vectors.sdist() / "botocore" / "data"
    services = page_cases.services(data)
    chosen = services if ALL else sorted({*SOME, *services[::20]})
    cases = page_cases.cases(data, chosen, SEED)
    with ThreadPoolExecutor(2) as pool:
        theirs, ours = pool.map(_run, (peers.python(), sys.executable), ("boto3", "sotalia"), (cases, cases))
    return list(zip(cases, theirs, ours, strict=True))


def _without_none(value):
    if isinstance(value, dict):
        return {name: _without_none(each) for name, each in value.items() if each is not None}
    return [_without_none(each) for each in value] if isinstance(value, list) else value


def _reason(case, way, theirs, ours):
    """Why a run may differ, ``None`` if it may not."""
    if case["maps"]:
        return MAPS
    if case["held"] and (way.endswith(": rest") or way == "resumed"):
        return HELD
    return ABSENT if "pages" in way and _without_none(theirs) == _without_none(ours) else None


def test_paginators_make_the_same_of_answers(played, capsys):
    names, runs, reasons, different = set(), 0, Counter(), []
    for case, theirs, ours in played:
        if "waiter" in case:
            continue
        names.add((case["service"], case["operation"]))
        for way in {*theirs, *ours}:
            runs += 1
            if theirs.get(way) != ours.get(way):
                reason = _reason(case, way, theirs.get(way), ours.get(way))
                reasons[reason] += 1
                if reason is None:
                    different.append((case, way, theirs.get(way), ours.get(way)))
    with capsys.disabled():
        print(f"\n{len(names)} paginators: {runs - reasons.total()} of {runs} runs the same as boto3's")
        print(*(f"  {count}: {reason}" for reason, count in reasons.items()), sep="\n")
    assert not different, different[:3]


def test_waiters_make_the_same_of_answers(played, capsys):
    counts, different, names = Counter(), [], set()
    for case, theirs, ours in played:
        if "waiter" in case:
            names.add((case["service"], case["waiter"]))
            outcome = theirs["outcome"]
            kind = "success" if outcome is None else outcome[1].partition(" (")[0] or outcome[0]
            counts[kind] += 1
            if theirs != ours:
                different.append((case, theirs, ours))
    with capsys.disabled():
        print(f"\n{len(names)} waiters: {counts.total() - len(different)} of {counts.total()} runs the same; {counts}")
    assert not different, different[:3]

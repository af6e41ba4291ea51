"""Resources have the names of boto3's, send what boto3's send, and make the same of an answer.

One of every resource class of every service that has resources is made with made-up identifiers; each of its
attributes, actions, relations, collections (also limited, and with every batch action) and waiters is used.
`SOTALIA_ALL_SERVICES=1` compares the older api versions of EC2 as well.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from typing import Any

import peers
import pytest
import resource_facts

pytestmark = peers.takes_long_once

EVERY = ["all"] if os.environ.get("SOTALIA_ALL_SERVICES") else []


def facts(python: str, library: str) -> Any:
    command = [python, resource_facts.__file__, library, *EVERY]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def explained(ours: Any, theirs: Any, action: Any) -> bool:
    """Whether boto3 fails on an answer that lacks what it looks for, after the same call; here that is ``None``."""
    if isinstance(theirs, list):
        return theirs[-1] in ("AttributeError", "KeyError") and bool(ours == [theirs[0], None])
    return ours is None and action is not None and action[-1] == "AttributeError"  # it leaves the data as they were


@pytest.fixture(scope="module")
def both() -> tuple[Any, Any]:
    return facts(sys.executable, "sotalia"), facts(peers.python(), "boto3")


def test_every_fact_of_every_resource_is_that_of_boto3(
    both: tuple[Any, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = both
    assert list(ours) == list(theirs)
    counts: Counter[str] = Counter()
    known, unexplained = [], []
    for service, classes in theirs.items():
        assert list(ours[service]) == list(classes)
        for name, expected in classes.items():
            found = ours[service][name]
            assert sorted(found) == sorted(expected)
            counts["classes"] += 1
            counts["names"] += len(expected["names"])
            for label, fact in expected.items():
                counts["facts"] += 1
                counts["calls"] += len(fact[0]) if label.startswith(("request", "result", "items")) else 0
                if found[label] == fact:
                    continue
                action = expected.get(label.replace("data after", "result of"))
                place = f"{service} {name} {label}"
                (known if explained(found[label], fact, action) else unexplained).append(place)
    with capsys.disabled():
        print(
            f"\nresources: {counts['classes']} classes of {len(theirs)} services, {counts['names']} public names, "
            f"{counts['facts']} facts with {counts['calls']} requests compared; boto3 fails in {len(known)}:"
        )
        print(*(f"  {place}" for place in known), sep="\n")
    assert not unexplained

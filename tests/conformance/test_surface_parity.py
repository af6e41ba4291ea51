"""Every public name of boto3 that programs import or call: whether sotalia has it, and takes the same.

``python -m pytest -s tests/conformance/test_surface_parity.py`` prints the
table. A name that is missing and is not explained fails, and so does an
explanation that explains nothing.
"""

import json
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatchcase

import peers
import pytest
import surface
from surface_explained import DIFFERENT, MISSING

pytestmark = peers.takes_long_once


def _run(python, library, wanted=None):
    command = [python, surface.__file__, library]
    done = subprocess.run(command, input=json.dumps(wanted), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def both():
    theirs = _run(peers.python(), "boto3")
    return theirs, _run(sys.executable, "sotalia", {title: list(names) for title, names in theirs.items()})


def _explained(table, name, used):
    for pattern in table:
        if fnmatchcase(name, pattern):
            used.add(pattern)
            return True
    return False


def takes_as_much(theirs, ours):
    """Whether a call that suits one signature suits the other, and means the same."""
    if theirs is None or (theirs and all(kind.startswith("VAR_") for _, kind, _ in theirs)):
        return True  # nothing is said
    if ours is None:
        return False
    by_name = {name: (kind, default) for name, kind, default in ours}
    kinds = {kind for _, kind, _ in ours}
    for position, (name, kind, default) in enumerate(theirs):
        if kind.startswith("VAR_"):
            if kind not in kinds:
                return False
            continue
        found = by_name.pop(name, None)
        if found is None or (default not in (None, "object") and found[1] != default):
            return False
        if kind == "POSITIONAL_OR_KEYWORD" and ours[position][0] != name:
            return False
    return all(default is not None or kind.startswith("VAR_") for kind, default in by_name.values())


def _pairs(theirs, ours):
    """Each name with what it is there and what it is here, ``None`` where it is not."""
    for title, names in theirs.items():
        for name, fact in names.items():
            own = ours[title].get(name)
            yield title, f"{title}: {name}", fact, own
            if own is not None:
                for member, more in fact.get("has", {}).items():
                    yield title, f"{title}: {name}.{member}", more, own.get("has", {}).get(member)


def test_what_boto3_has_is_here_or_explained(both, capsys):
    counts = {title: Counter() for title in both[0]}
    used, unexplained = set(), []
    for title, name, theirs, own in _pairs(*both):
        if own is None:
            verdict, known = "missing", _explained(MISSING, name, used)
        elif takes_as_much(theirs.get("takes"), own.get("takes")):
            verdict, known = "the same", True
        else:
            verdict, known = "different", _explained(DIFFERENT, name, used)
        counts[title][verdict] += 1
        if not known:
            unexplained.append(f"{verdict}: {name}")
    with capsys.disabled():
        print(
            "\n| | present, the same | present, deliberately different | deliberately missing |\n|---|---:|---:|---:|"
        )
        for title, count in counts.items():
            print(f"| `{title}` | {count['the same']} | {count['different']} | {count['missing']} |")
        total = sum(counts.values(), Counter())
        print(f"| all | {total['the same']} | {total['different']} | {total['missing']} |")
    assert not unexplained, "\n".join(unexplained)
    assert used == {*MISSING, *DIFFERENT}, {*MISSING, *DIFFERENT} - used


@pytest.mark.parametrize(
    ("theirs", "ours", "verdict"),
    [
        ([["a", "POSITIONAL_OR_KEYWORD", None]], [["a", "POSITIONAL_OR_KEYWORD", None]], True),
        ([["a", "POSITIONAL_OR_KEYWORD", None]], [["b", "POSITIONAL_OR_KEYWORD", None]], False),
        ([["a", "POSITIONAL_OR_KEYWORD", "1"]], [["a", "POSITIONAL_OR_KEYWORD", "2"]], False),
        ([], [["a", "KEYWORD_ONLY", None]], False),
        ([], [["a", "KEYWORD_ONLY", "None"]], True),
        ([["a", "POSITIONAL_OR_KEYWORD", None], ["kw", "VAR_KEYWORD", None]], [], False),
        ([["kw", "VAR_KEYWORD", None]], [["a", "KEYWORD_ONLY", None]], True),
    ],
)
def test_signatures_are_compared_as_calls_see_them(theirs, ours, verdict):
    assert takes_as_much(theirs, ours) is verdict

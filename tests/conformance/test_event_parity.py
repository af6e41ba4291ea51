"""The events of a call are those of boto3 1.44.5: names, order and keyword arguments, whatever comes of the call.

Ten services with five operations each, in all six protocols, are called in
nine ways: answered, refused, with a wrong parameter, refused by a broken and
then answered by a sound server, throttled until the end, cut off, answered
with garbage, and answered by a handler of ``before-call`` or ``before-send``.
"""

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import event_cases
import event_trace
import peers
import pytest

pytestmark = peers.takes_long_once

EXPLAINED = {
    "garbage in JSON": "boto3 takes JSON that cannot be read for an empty result; here it is a ResponseParserError",
    "context of S3": "what boto3's S3 customizations keep for themselves: "
    "input_params and s3_redirect (redirects), checksum (of the answer), encoding_type_auto_set (listings)",
}
S3_CONTEXT = {"checksum", "encoding_type_auto_set", "input_params", "s3_redirect"}
JSON_PROTOCOLS = ("json", "rest-json")


def traces(python: str, library: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [python, event_trace.__file__, library],
        input=pickle.dumps(event_cases.all_cases()),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def played() -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each case with boto3's trace and ours."""
    theirs, ours = traces(peers.python(), "boto3"), traces(sys.executable, "sotalia")
    return list(zip(event_cases.all_cases(), theirs, ours, strict=True))


def explanation(case: dict[str, Any]) -> str | None:
    if case["mode"] != "garbage":
        return None
    return "garbage in JSON" if event_cases.CALLS[case["service"]][0] in JSON_PROTOCOLS else None


def lines(case: dict[str, Any], theirs: Any, ours: Any) -> Iterator[str]:
    yield f"{case['service']} {case['operation']} {case['mode']}"
    yield from (f"  boto3:   {theirs}", f"  sotalia: {ours}")


def test_names_order_and_keywords_of_events_equal_those_of_boto3(played, capsys):
    differing: list[str] = []
    explained: dict[str, int] = {}
    for case, theirs, ours in played:
        if theirs["events"] == ours["events"]:
            continue
        reason = explanation(case)
        if reason is None:
            differing += lines(case, theirs["events"], ours["events"])
        else:
            explained[reason] = explained.get(reason, 0) + 1
    with capsys.disabled():
        print(f"\ntraces of events compared with boto3's: {len(played)}, explained differences: {explained}")
        for reason in explained:
            print(f"  {reason}: {EXPLAINED[reason]}")
    assert len(played) == 450
    assert not differing, "\n".join(differing)


def test_calls_come_out_as_with_boto3(played):
    differing: list[str] = []
    for case, theirs, ours in played:
        texts_may_differ = case["mode"] in ("invalid", "unreachable", "garbage")
        same = (
            theirs["outcome"][:1] == ours["outcome"][:1] if texts_may_differ else theirs["outcome"] == ours["outcome"]
        )
        if not same and explanation(case) is None:
            differing += lines(case, theirs["outcome"], ours["outcome"])
    assert not differing, "\n".join(differing)


def test_handlers_find_the_keys_that_boto3_gives_them(played):
    differing: list[str] = []
    for case, theirs, ours in played:
        for what in ("request", "builtins", "auth_path"):
            if theirs["seen"].get(what) != ours["seen"].get(what):
                differing += lines(case, (what, theirs["seen"].get(what)), (what, ours["seen"].get(what)))
        their_context, our_context = (set(side["seen"].get("context", ())) for side in (theirs, ours))
        needed = their_context - S3_CONTEXT if case["service"] == "s3" else their_context
        if not needed <= our_context <= their_context:
            differing += lines(case, sorted(their_context), sorted(our_context))
    assert not differing, "\n".join(differing)

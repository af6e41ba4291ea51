"""What a call runs once everything is made: none of what makes other SDKs slow.

A profiler notes every function that is entered, those in C too. So a detour by
``email`` or ``copy``, or an expression that is matched for each call, fails
here, and not in a table of times.
"""

import re
import sys

import pytest
from sotalia.ops.bench_instructions import COUNTED, call_of, request_over_loopback

SLOW = ("email", "dateutil", "copy", "re", "urllib", "http", "datetime", "inspect", "enum", "logging", "structlog")
MATCHED = {
    "canonical_uri": "whether a path has anything to escape",
    "canonical_query": "whether a query is in its canonical form",
    "request_head": "whether a target may stand in a request",
}
"""The functions that match an expression each time, and for what."""


def run(call):
    """Return the modules whose functions in Python ran, and the functions that matched an expression."""
    modules, matching = set(), set()

    def note(frame, event, argument):
        if event == "call":
            modules.add(frame.f_globals.get("__name__", ""))
        elif event == "c_call" and isinstance(getattr(argument, "__self__", None), re.Pattern):
            matching.add(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(before)
    return modules, matching


@pytest.mark.parametrize("name", [*COUNTED, "ec2-describe"])
def test_a_call_takes_no_detour(name):
    modules, matching = run(call_of(name))
    assert "sotalia.session_core.pipeline" in modules
    assert not {module for module in modules if module.partition(".")[0] in SLOW}
    assert matching <= MATCHED.keys()


def test_the_transport_takes_none():
    with request_over_loopback() as send:
        modules, matching = run(send)
    assert "sotalia.components.http1.transport" in modules
    assert not {module for module in modules if module.partition(".")[0] in SLOW}
    assert matching <= MATCHED.keys()


def test_what_would_be_one_is_seen():
    import copy
    from email.message import Message

    pattern = re.compile("a")

    def detour():
        pattern.match("a")
        return copy.deepcopy([1]), Message()

    modules, matching = run(detour)
    assert {"copy", "email.message"} <= modules
    assert matching == {"detour"}

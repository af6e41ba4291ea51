"""The table of ``sotalia fleet --compare``: what one process of an SDK does, and how the rows are written."""

import json
import subprocess
import sys

import pytest
from sotalia.ops import fleet_table, peer_worker


def ask(task):
    command = [sys.executable, peer_worker.__file__, "sotalia", task]
    return json.loads(subprocess.run(command, capture_output=True, text=True, timeout=100, check=True).stdout)


@pytest.mark.parametrize(
    ("task", "good"),
    [
        ("calls", lambda told: 0 < told["p50"] <= told["p99"]),
        ("forks", lambda told: told["good"] == told["forks"]),
        ("memory", lambda told: told["each"] < 0.5),
        ("pickles", lambda told: set(told.values()) == {"yes"}),
        ("queue", lambda told: told["had"] == told["processes"]),
    ],
)
def test_what_is_measured_of_one_process(task, good):
    told = ask(task)
    assert good(told), told


def test_what_an_sdk_cannot_do_is_a_dash():
    lines = list(fleet_table.table([("fetches", {"sotalia": "1", "boto3": "8"})]))
    assert lines[0] == "| | sotalia | boto3 1.44.5 | msal-extensions 1.3.1 |"
    assert lines[2] == "| fetches | 1 | 8 | - |"

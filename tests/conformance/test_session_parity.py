"""A session has the methods of boto3's and of botocore's, with the same parameters in the same order."""

import inspect
import json
import subprocess

import peers
import pytest
import session_names
import sotalia

pytestmark = peers.takes_long_once

MISSING = {
    "SESSION_VARIABLES": "the table of settings: `python -m sotalia` and `session.explain(name)` show it",
    "instance_variables": "what was set in code: `session.explain(name)` says so",
    "get_paginator_model": "clients have `get_paginator`",
    "get_waiter_model": "clients have `get_waiter`",
    "NullHandler": "of the standard library's logging",
    "logging": "the standard library's",
    "compat": "boto3's own compatibility layer",
    "docs": "boto3's generator of documentation",
    "resources": "boto3's own modules; `ServiceResource` is the base class of every resource",
    "utils": "boto3's own helpers",
}
DIFFERENT = {
    "get_config_variable": "`methods`, which botocore has deprecated, is not there",
    "get_auth_token": "botocore takes any keyword and uses signing_name",
}


@pytest.fixture(scope="module")
def theirs():
    done = subprocess.run([peers.python(), session_names.__file__], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_no_name_is_missing_that_is_not_explained(theirs, capsys):
    homes = {"boto3.Session": sotalia.Session, "botocore.session.Session": sotalia.Session(), "boto3": sotalia}
    missing = {name for home, ours in homes.items() for name in theirs[home] if not hasattr(ours, name)}
    present = sum(len(theirs[home]) for home in homes) - len(missing)
    with capsys.disabled():
        print(f"\nnames of boto3's and botocore's sessions: {present} present, missing:")
        for name in sorted(missing):
            print(f"  {name}: {MISSING.get(name, 'unexplained')}")
    assert missing == set(MISSING)


@pytest.mark.parametrize("home", ["boto3.Session", "botocore.session.Session"])
def test_methods_take_the_same_parameters_in_the_same_order(theirs, home):
    different = {}
    for name, expected in theirs[home].items():
        own = getattr(sotalia.Session, name, None)
        if expected is None or own is None or name in DIFFERENT:
            continue
        found = list(inspect.signature(own).parameters)
        if found[: len(expected)] != expected:
            different[name] = (expected, found)
    assert not different


def test_a_session_is_made_with_the_same_arguments(theirs):
    expected = theirs["boto3.Session()"][""]
    assert list(inspect.signature(sotalia.Session).parameters)[: len(expected)] == expected

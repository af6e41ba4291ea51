"""Answers that nobody should send come out as in boto3 1.44.5: one result, or one class, code and message.

Where they do not, one of the rules of ``difference`` or a line of ``EXPLAINED``
says why. Every answer comes from a server on loopback and through a client.
"""

import json
import os
import pickle
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatchcase

import awkward_answers
import awkward_cases
import peers
import pytest

pytestmark = peers.takes_long_once

JSON = ("json", "rest-json")
DECODED = (*JSON, "smithy-rpc-v2-cbor")
XML = ("query", "ec2", "rest-xml")

NO_DOCUMENT = "boto3 takes a body that is no JSON for an empty result"
WRONG_TYPE = "boto3 hands on a value of the wrong type"
TYPED = "a double is a float, also where JSON has an integer or a name"
PAGE = "boto3 reads a page for a person as a document"
REPEATED = "boto3 has the first of two structures, and its own element objects of two texts; here the last counts"
NO_TAG = "boto3 takes for times only what has a tag"

EXPLAINED = {
    "json content: numbers as text": TYPED,
    "json content: no ratio": WRONG_TYPE,
    "json content: special ratio": TYPED,
    "json content: ratio without a fraction": TYPED,
    "json content: number as flag": TYPED,
    "rest-json content: flag as number": "boto3 takes 1 for false",
    "rest-json content: null in a map": "boto3 fails, here nulls stay in maps as they do in those of the json protocol",
    "* content: structure for a list": WRONG_TYPE,
    "* content: text for a list": WRONG_TYPE,
    "smithy-rpc-v2-cbor content: * for a map": WRONG_TYPE,
    "smithy-rpc-v2-cbor content: unknown union member*": "boto3 leaves out SDK_UNKNOWN_MEMBER",
    "smithy-rpc-v2-cbor body: time without a tag": NO_TAG,
    "smithy-rpc-v2-cbor body: undefined": "cbor2's object for it is handed on",
    "smithy-rpc-v2-cbor body: simple value": "cbor2's object for it is handed on",
    "smithy-rpc-v2-cbor body: deep": "more than 256 levels are refused",
    "smithy-rpc-v2-cbor body: empty": "boto3 fails, here it is an empty result as in the json protocol",
    "smithy-rpc-v2-cbor body: blank": "boto3 fails, here it is an empty result as in the json protocol",
    "smithy-rpc-v2-cbor status 204": "boto3 fails, here it is an empty result as in the json protocol",
    "*json body: byte order mark": "boto3 takes it for no JSON",
    "*json body: utf-16": "boto3 fails at what is not UTF-8",
    "*json body: lone surrogate": "boto3 fails at what is not UTF-8",
    "*json body: *": NO_DOCUMENT,
    "*json page of a proxy": NO_DOCUMENT,
    "* ids": "boto3 looks for the ids of S3 in XML only",
    "* error: modelled error with byte order mark": "boto3 takes it for no JSON",
    "* error: code in a header*": "boto3 does not look into the header, or not of an empty body; the vectors do",
    "* error: other key for the code": "boto3 does not look there; the vectors do",
    "* error: 300 *": "boto3 reads it as a result first, and raises an error without a code then",
    "* error: ??? html": PAGE,
    "* stream: refused": PAGE,
    "* body: html*": PAGE,
    "* no output: html": PAGE,
    "rest-xml body: blank": "boto3 raises ResponseParserError for blanks only, not for an empty body",
    "* no output: empty": "boto3 wants a document also where nothing is read from it",
    "* no output: blank": "boto3 wants a document also where nothing is read from it",
    "* content: map entry without *": "boto3 raises UnboundLocalError, here there is no such entry",
    "* content: duplicate *": REPEATED,
    "* body: doctype": "document types are refused: entities make a short document a long one",
    "* body: own entity": "document types are refused: entities make a short document a long one",
    "* error: empty error": "boto3 raises an error without a code; here the status is the code",
    "* error: xml of *": "boto3 looks for an error in one place only",
    "* header: quoted items": "the vectors of headers take the quotation marks away",
    "* head: quoted items": "the vectors of headers take the quotation marks away",
    "rest-xml head*: flag": "boto3 tells upper case in rest-xml only",
}
"""Differences by protocol and case, as patterns; all others are found by ``difference``."""


def difference(theirs, ours):
    """Return the rule that a difference follows, ``""`` for none, ``None`` for no difference."""
    if theirs[:2] == ours[:2] and (theirs[0] == "raised" or theirs == ours):
        return None
    if theirs[0] == "raised" and theirs[1] != "ResponseParserError" and ours[0] != "result":
        return "boto3 raises an error of Python (ValueError, AttributeError, ...)"
    if theirs[0] == "raised" and ours[0] == "refused":
        return "a refusal stays a refusal, whatever its body is; boto3 raises ResponseParserError"
    if theirs[0] == ours[0] == "refused" and theirs[1] in (ours[1], "ClientError") and holds(ours[2], theirs[2]):
        return "the error tells more: ids, a message, a code for none, its modelled class"
    return ""


def holds(ours, theirs):
    """Tell whether one structure has all of another but for what is empty."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return all(value in (None, "") or holds(ours.get(name), value) for name, value in theirs.items())
    return ours == theirs


@pytest.fixture(scope="module")
def cases():
    return {protocol: list(awkward_cases.cases(protocol)) for protocol in awkward_answers.PROTOCOLS}


@pytest.fixture(scope="module")
def found(tmp_path_factory, cases):
    """What came of every case: boto3's, ours."""
    root = tmp_path_factory.mktemp("models")
    awkward_answers.write_models(root)
    asked = pickle.dumps(cases)

    def play(python, library):
        environment = {**os.environ, "AWS_DATA_PATH": str(root), "NO_PROXY": "*"}
        command = [python, awkward_answers.__file__, library]
        done = subprocess.run(command, input=asked, capture_output=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return play(peers.python(), "boto3"), play(sys.executable, "sotalia")


def test_awkward_answers_come_out_as_in_boto3_or_for_a_reason(found, capsys):
    theirs, ours = found
    counts, open_ones, used = Counter(), [], set()
    for protocol, answers in theirs.items():
        for name, outcome in answers.items():
            rule = difference(outcome, ours[protocol][name])
            if rule == "":
                key = next((key for key in EXPLAINED if fnmatchcase(f"{protocol} {name}", key)), None)
                used.add(key)
                rule = "explained one by one"
                if key is None:
                    open_ones.append(f"{protocol} {name}:\n  boto3:   {outcome}\n  sotalia: {ours[protocol][name]}")
            counts[rule or "equal"] += 1
    with capsys.disabled():
        print(f"\nawkward answers: {counts.total()}")
        for rule, count in counts.most_common():
            print(f"  {count:4} {rule}")
    assert not open_ones, "\n".join(open_ones[:10])
    assert not EXPLAINED.keys() - used, "no case differs so any more"


def test_an_answer_that_cannot_be_read_names_the_call_and_shows_nothing_of_the_body(found, cases):
    for protocol, answers in found[1].items():
        for name, operation, status, _, _ in cases[protocol]:
            outcome = answers[name]
            if outcome[0] != "raised":
                continue
            assert outcome[1] == "ResponseParserError", name
            assert outcome[2].startswith(f"Unable to parse response: {operation} ({protocol}, status {status}"), name
            assert awkward_cases.MARK not in outcome[2], name
            assert "\n" not in outcome[2], name


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("body: html", "the body is an HTML page: did a proxy or a login page answer? Check the endpoint URL"),
        ("body: html with doctype", "the body is an HTML page"),
        ("page of a proxy", "the body is of type 'text/plain'"),
        ("gzip", "it is encoded as 'gzip', which was not asked for"),
        ("body: cut at 60%", "invalid "),
    ],
)
def test_a_message_says_what_to_look_at(found, name, hint):
    for protocol, answers in found[1].items():
        assert hint in answers[name][2], protocol

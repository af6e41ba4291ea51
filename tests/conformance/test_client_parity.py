"""Clients tell of themselves what boto3's do: names, regions, endpoints, and what they sign for.

A sample of the services is compared; ``SOTALIA_ALL_SERVICES=1`` compares all.
"""

import json
import os
import pickle
import subprocess
import sys
from random import Random
from typing import Any

import client_facts
import peers
import pytest
import sotalia

pytestmark = peers.takes_long_once

REGIONS = ("us-east-1", "eu-west-1", "cn-north-1", None, "fips-us-east-1")
ALWAYS = ("s3", "s3control", "s3outposts", "sts", "ec2", "iam", "dynamodb", "health", "importexport", "account")
SAMPLE = 30

LATER = {
    *("copy", "download_file", "download_fileobj", "upload_file", "upload_fileobj", "generate_presigned_post"),
    *("generate_db_auth_token", "generate_db_connect_auth_token", "generate_db_connect_admin_auth_token"),
}
"""Methods of boto3's clients that are no operations: later versions bring them."""

BOTH_WAYS = {
    *("chat", "invoke_model_with_bidirectional_stream", "start_conversation"),
    *("start_medical_scribe_listening_session", "start_speech_synthesis_stream"),
}
"""Operations that stream in both directions: boto3 leaves them out of its clients, here they refuse when called."""

OWN = {"explain"}
"""Methods of the clients here that boto3's do not have."""

EXPLAINED: dict[tuple[str, str | None, str], str] = {
    ("importexport", "cn-north-1", "signing"): "no region of China has it; boto3 takes SigV4 where the table is silent",
    (
        "s3",
        "fips-us-east-1",
        "endpoint_url",
    ): "boto3 shows s3-fips.aws-global.amazonaws.com, a host that does not exist",
}


def services() -> list[str]:
    everything = sotalia.Session().get_available_services()
    if os.environ.get("SOTALIA_ALL_SERVICES"):
        return everything
    return sorted({*ALWAYS, *Random(5).sample(everything, SAMPLE)})


def ask(python: str, library: str, questions: Any) -> list[Any]:
    """Run the questions in a process with nothing of AWS in its environment."""
    done = subprocess.run(
        [python, client_facts.__file__, library], input=pickle.dumps(questions), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def elliptic(theirs: Any, ours: Any) -> bool:
    """Whether the difference is SigV4A, for which boto3 needs awscrt: where a service takes both, it signs with v4."""
    return repr(theirs) == repr(ours).replace("'v4a'", "'v4'")


def difference(theirs: Any, ours: Any) -> tuple[set[str], set[str]]:
    """Return what only one side has of two lists of names or pairs."""
    if not isinstance(theirs, list) or len(theirs) < 3:
        return set(), set()
    left, right = ({str(item) for item in side} for side in (theirs, ours))
    return left - right, right - left


@pytest.fixture(scope="module")
def answers() -> list[tuple[tuple[str, str | None], Any, Any]]:
    questions = [(service, region) for service in services() for region in REGIONS]
    theirs = ask(peers.python(), "boto3", questions)
    ours = ask(sys.executable, "sotalia", questions)
    return list(zip(questions, theirs, ours, strict=True))


def test_every_client_that_boto3_makes_is_made_and_the_others_fail_alike(answers):
    differing = [
        (question, theirs, ours)
        for question, theirs, ours in answers
        if (isinstance(theirs, str) or isinstance(ours, str)) and theirs != ours
    ]
    assert not differing


def test_clients_tell_what_those_of_boto3_tell(answers, capsys):
    compared, differing, explained = 0, [], []
    for (service, region), theirs, ours in answers:
        if isinstance(theirs, str):
            continue
        for fact, value in theirs.items():
            compared += 1
            if ours[fact] == value:
                continue
            missing, more = difference(value, ours[fact])
            known = (
                (service, region, fact) in EXPLAINED
                or elliptic(value, ours[fact])
                or (fact == "dir" and missing <= LATER and more <= BOTH_WAYS | OWN)
            )
            place = explained if known else differing
            place.append(f"{service} {region} {fact}\n  boto3:   {missing or value}\n  sotalia: {more or ours[fact]}")
    with capsys.disabled():
        print(
            f"\nfacts about {len({service for (service, _), _, _ in answers})} services' clients: {compared}, "
            f"differing and explained: {len(explained)}, unexplained: {len(differing)}"
        )
    assert compared > 1000
    assert not differing, "\n".join(differing[:10])

"""CloudFront's policies and URLs, made up at random: letter by letter those of botocore."""

import json
import random
import subprocess
from datetime import UTC, datetime, timedelta, timezone

import cloudfront_peer
import peers
from sotalia.signers import CloudFrontSigner

TEXT = "abcXYZ019 -._~!*'();:@&=+$,/?#[]%äሴ😀\"\\"
CASES = 300

pytestmark = peers.takes_long_once


def time(rng: random.Random) -> str:
    moment = datetime(2026, 1, 1) + timedelta(seconds=rng.randint(0, 10**8), microseconds=rng.randint(0, 999999))
    zone = rng.choice([None, UTC, timezone(timedelta(hours=rng.randint(-12, 12)))])
    return moment.replace(tzinfo=zone).isoformat()


def test_policies_and_urls_are_those_of_botocore(record_property, capsys) -> None:
    rng = random.Random(1)
    cases = [
        {
            "key_id": "K" + str(rng.randint(0, 10**9)),
            "url": "https://d1.cloudfront.net/" + "".join(rng.choices(TEXT, k=rng.randint(0, 20))),
            "resource": "".join(rng.choices(TEXT, k=rng.randint(1, 20))),
            "until": time(rng),
            "since": rng.choice([None, time(rng)]),
            "address": rng.choice([None, "192.0.2.1", "10.0.0.0/8", "0.0.0.0/0"]),
        }
        for _ in range(CASES)
    ]
    command = [peers.python(), cloudfront_peer.__file__]
    answer = subprocess.run(command, input=json.dumps(cases), capture_output=True, text=True, check=True)
    for case, expected in zip(cases, json.loads(answer.stdout), strict=True):
        assert cloudfront_peer.answer(CloudFrontSigner, case) == expected, case
    record_property("cases", CASES)
    with capsys.disabled():
        print(f"\nCloudFront policies and URLs equal to botocore's: {len(cases)}")

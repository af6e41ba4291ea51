"""What calls cost in instructions of the interpreter: a limit that holds on slow and busy machines alike.

A change that makes a call dearer by a tenth fails here. If it is worth it,
raise the limit; if a change makes calls cheaper, lower it.
"""

import pytest
from sotalia.ops.bench_instructions import COUNTED, call_of, count_instructions, presigning, request_over_loopback

LIMITS = {
    "s3-get": 3_700,
    "s3-put": 3_650,
    "s3-list": 580_000,
    "dynamodb-get": 3_500,
    "dynamodb-query": 2_900,
    "sqs-send": 2_700,
    "sts-who": 4_100,
}


@pytest.mark.parametrize("name", COUNTED)
def test_a_call_costs_no_more_than_it_did(name, record_property):
    counted = count_instructions(call_of(name))
    record_property("instructions", counted)
    assert LIMITS[name] / 2 < counted <= LIMITS[name]


@pytest.mark.parametrize(("version", "limit"), [(None, 950), ("s3v4", 1_090)])
def test_a_presigned_url_costs_no_more_than_it_did(version, limit, record_property):
    counted = count_instructions(presigning(version))
    record_property("instructions", counted)
    assert limit / 2 < counted <= limit


def test_a_request_costs_its_transport_no_more_than_it_did(record_property):
    with request_over_loopback() as send:
        counted = count_instructions(send)
    record_property("instructions", counted)
    assert 500 < counted <= 880


def test_the_count_is_what_the_interpreter_does():
    def work():
        total = 0
        for number in range(100):
            total += number
        return total

    hundred = count_instructions(work)
    assert hundred == count_instructions(work)
    assert 400 < hundred < 1000

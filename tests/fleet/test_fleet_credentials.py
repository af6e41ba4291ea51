"""A fleet that starts at once, by real processes and servers: one fetch of credentials for all of it."""

import os
from collections import Counter

import pytest
from sotalia.ops.stampede import stampede

FLEETS = [("fork", 64), ("spawn", int(os.environ.get("SOTALIA_SPAWNED", "16"))), ("programs", 12)]

pytestmark = pytest.mark.timeout(300)


def check(capsys, outcome):
    with capsys.disabled():
        print(f"\n{outcome}")
    assert outcome.errors == Counter()
    assert outcome.with_credentials == outcome.processes
    assert outcome.sets == 1
    assert outcome.imds_requests <= 3


@pytest.mark.parametrize(("how", "processes"), FLEETS)
def test_a_fleet_fetches_the_credentials_of_its_instance_once(capsys, how, processes):
    check(capsys, stampede(how=how, processes=processes))


@pytest.mark.parametrize(("how", "processes"), FLEETS)
def test_a_fleet_assumes_its_role_once(capsys, how, processes):
    outcome = stampede(how=how, processes=processes, role=True)
    check(capsys, outcome)
    assert outcome.assume_role == 1

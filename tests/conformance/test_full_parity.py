"""Whole clients of sotalia and of boto3 1.44.5, side by side: requests, outputs, reports of bad parameters.

Every operation is called with five sets of parameters and three faults; see
``parity_player``. A sample of a tenth of all operations is compared, of
services of every protocol; ``SOTALIA_ALL_SERVICES=1`` compares all of them.
"""

import os
from random import Random

import pytest
import sotalia
from parity_explained import reason_of
from parity_report import SHOWN, Comparison, play_both

pytestmark = pytest.mark.timeout(3600)

ALWAYS = ("s3", "sqs", "route53", "eventbridgev2", "machinelearning", "timestream-query", "iam", "kinesis")
SHARE = 0.1
MOST = 60
"""Operations of one service in the sample."""


def plan(everything):
    session = sotalia.Session()
    names = {
        service: session.get_service_model(service).operation_names for service in session.get_available_services()
    }
    if everything:
        return list(names.items()), names
    random = Random(11)
    wanted, chosen = SHARE * sum(map(len, names.values())), []
    others = random.sample(sorted(names), len(names))
    for service in dict.fromkeys([*ALWAYS, *others]):
        if wanted <= 0:
            break
        sample = random.sample(names[service], min(MOST, len(names[service])))
        chosen.append((service, sample))
        wanted -= len(sample)
    return chosen, names


def test_whole_clients_do_as_those_of_boto3(tmp_path, capsys):
    chosen, names = plan(bool(os.environ.get("SOTALIA_ALL_SERVICES")))
    comparison = Comparison(reason_of)
    for played in play_both(chosen, tmp_path):
        comparison.add(played)
    unexplained = comparison.unexplained()
    with capsys.disabled():
        print("", *comparison.lines(), sep="\n")
    assert comparison.operations >= SHARE * sum(map(len, names.values()))
    assert not unexplained, "\n".join(unexplained[:SHOWN])

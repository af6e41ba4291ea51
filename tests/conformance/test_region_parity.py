"""Services, partitions and regions are those of boto3 1.44.5: the full enumeration."""

import json
import subprocess
import sys

import peers
import pytest
import region_facts

pytestmark = peers.takes_long_once


def told(python, library):
    done = subprocess.run([python, region_facts.__file__, library], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def both():
    return told(peers.python(), "boto3"), told(sys.executable, "sotalia")


HINT = " Did you mean "


def without_hint(answer):
    """A refusal without the near regions that it names: boto3 names none."""
    return [answer[0], answer[1].partition(HINT)[0]] if answer and answer[0] == "UnknownRegionError" else answer


def test_services_partitions_and_regions_are_those_of_boto3(both, capsys):
    theirs, ours = both
    assert theirs.keys() == ours.keys()
    different, lines = {}, []
    for what, answers in theirs.items():
        own = ours[what]
        differing = {asked for asked in {**answers, **own} if answers.get(asked) != own.get(asked)}
        hinted = {asked for asked in differing if without_hint(own.get(asked)) == answers.get(asked)}
        different.update({f"{what}: {asked}": (answers.get(asked), own.get(asked)) for asked in differing - hinted})
        equal = len(answers) - len(differing)
        lines.append(f"  {what}: compared {len(answers)}, equal {equal}, explained {len(hinted)}")
    with capsys.disabled():
        print("\nregions, compared with boto3's (explained: a refusal that names near regions):", *lines, sep="\n")
    assert len(theirs["regions of services"]) > 9000
    assert len(theirs["partitions of known regions"]) > 100
    assert not different

"""Small real programs against moto's server, run with sotalia and with boto3 in its own environment.

The programs are those of ``examples/``, as they are: for boto3's run the names
that they import are boto3's. moto is emptied and seeded before each, so that
both find the same world; what they print is compared.
"""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import peers
import pytest
import run_example
from example_worlds import WORLDS
from sotalia import Session

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

pytestmark = peers.takes_long_once


def _post(url):
    urllib.request.urlopen(urllib.request.Request(url, method="POST"), timeout=20).close()


def _output(python, library, name, moto, folder):
    """What the runs of a program print, one after the other, in a world of their own."""
    _post(f"{moto}/moto-api/reset")
    _post(f"{moto}/moto-api/seed?a=7")
    folder.mkdir()
    with_library = [python, run_example.__file__, library, str(EXAMPLES / f"{name}.py")]
    printed = []
    for arguments in WORLDS[name](Session(region_name="us-east-1"), folder):
        done = subprocess.run([*with_library, *arguments], capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        printed.append(json.loads(done.stdout))
    return printed


@pytest.mark.parametrize("name", sorted(WORLDS))
def test_a_program_does_the_same_with_both_libraries(name, aws, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # boto3 reads no AWS_REGION
    ours = _output(sys.executable, "sotalia", name, aws, tmp_path / "ours")
    theirs = _output(peers.python(), "boto3", name, aws, tmp_path / "theirs")
    with capsys.disabled():
        print(f"\nexamples/{name}.py: {json.dumps(ours, ensure_ascii=False)[:200]}")
    assert ours == theirs


def test_every_example_is_run():
    assert {path.stem for path in EXAMPLES.glob("*.py")} == set(WORLDS)

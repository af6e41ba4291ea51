"""Bodies are compressed when and as boto3 1.44.5 compresses them: every setting from every source."""

import json
import os
import subprocess
import sys

import compression_cases
import peers
import pytest
from sotalia import exceptions

pytestmark = peers.takes_long_once

EXPLAINED = {
    "disabled by nonsense": "boto3 takes any other word for false",
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    def play(python, library):
        root = tmp_path_factory.mktemp(library)
        compression_cases.write_models(root)
        environment = {**os.environ, "AWS_DATA_PATH": str(root), "NO_PROXY": "*"}
        command = [python, compression_cases.__file__, library, str(root)]
        done = subprocess.run(command, capture_output=True, env=environment, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    return play(peers.python(), "boto3"), play(sys.executable, "sotalia")


def shown(outcome):
    """Errors by their class."""
    if outcome[0] == "InvalidSettingError":
        return ["InvalidConfigError"]
    return outcome if outcome[0] in (None, "gzip", "custom,gzip", "custom") else outcome[:1]


def test_requests_are_compressed_as_boto3_compresses_them(found):
    theirs, ours = found
    assert len(theirs) > 100
    differences = {
        name: (theirs[name], ours[name])
        for name in theirs
        if shown(theirs[name]) != shown(ours[name]) and name.partition(":")[0] not in EXPLAINED
    }
    assert not differences


def test_what_is_compressed(found):
    ours = found[1]
    coded = {name for name, outcome in ours.items() if outcome[0] == "gzip"}
    assert {f"nothing: {protocol} 30000" for protocol in compression_cases.PROTOCOLS} <= coded
    assert {"nothing: least +0", "nothing: least +1", "nothing: Upload bytes", "nothing: Upload file"} <= coded
    assert "nothing: least -1" not in coded
    assert not [name for name in coded if name.startswith("disabled") or "Counted" in name or "plain" in name]
    assert ours["nothing: own coding"][0] == "custom,gzip"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("zero", "1 to 1048576"),
        ("zero of the environment", "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES"),
        ("too much", "1048576"),
        ("no number", "many"),
    ],
)
def test_a_bad_setting_is_named(found, setting, said):
    kind, text = found[1][f"{setting}: json 50"]
    assert issubclass(getattr(exceptions, kind), exceptions.InvalidConfigError)
    assert said in text
    assert "request_min_compression_size_bytes" in text.lower()

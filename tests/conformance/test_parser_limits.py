"""Answers made to exhaust a parser: it stays within memory and time, and the interpreter stays alive.

They are parsed by a process whose address space may grow by 100 MB. Every one
is parsed with both JSON decoders, as a result and as an error.
"""

import json
import subprocess
import sys

import parser_attacks
import pytest

MEGABYTES = 100
GROWTH = 12
"""How many bytes a byte of the body may cost; parsing honest ones costs as much."""


@pytest.fixture(scope="module")
def found():
    command = [sys.executable, parser_attacks.__file__, str(MEGABYTES)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return json.loads(done.stdout)


def test_attacks_are_refused_or_read(found, capsys):
    outcomes = {outcome for outcome, *_ in found.values()}
    assert outcomes == {"error", "refused", "result"}
    with capsys.disabled():
        most, long = max(peak for _, _, peak, _ in found.values()), max(took for *_, took in found.values())
        print(f"\nattacks on parsers: {len(found)}; at most {most / 1e6:.1f} MB and {long:.2f} s of CPU")


def test_a_refusal_stays_a_refusal(found):
    assert {outcome for name, (outcome, *_) in found.items() if name.split()[1] == "400"} == {"error"}


def test_memory_grows_with_the_body_and_no_further(found):
    for name, (_, size, peak, _) in found.items():
        assert peak < GROWTH * size + 4_000_000, name


def test_no_attack_takes_long(found):
    for name, (*_, took) in found.items():
        assert took < 5, name


@pytest.mark.parametrize(
    "attack",
    ["billion laughs", "quadratic blowup", "external entity", "external subset", "parameter entities", "deep Inner",
     "deep and open Unknown"],
)  # fmt: skip
def test_entities_and_deep_elements_are_refused(found, attack):
    for protocol in ("query", "ec2", "rest-xml"):
        assert found[f"{protocol} 200 {attack}"][0] == "refused"


@pytest.mark.parametrize(
    "attack", ["deep arrays", "deep objects", "deep and open maps", "950 objects with a wrong end"]
)
def test_deep_documents_are_refused(found, attack):
    for protocol in ("json", "rest-json"):
        for decoder in ("", " (fast)"):
            assert found[f"{protocol} 200 {attack}{decoder}"][0] == "refused"


def test_lengths_that_no_body_has_are_refused(found):
    lengths = {name: outcome for name, (outcome, *_) in found.items() if "200 length" in name}
    assert len(lengths) == 64
    assert set(lengths.values()) == {"refused"}

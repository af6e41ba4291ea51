"""A short soak: everything that must hold does, and what does not would be seen. ``sotalia soak`` runs a long one."""

import os

import pytest
from sotalia.ops.command_line import main
from sotalia.ops.soak import Plan, soak
from sotalia.ops.soak_clock import FastClock
from sotalia.ops.soak_report import Disturbance, Outcome, broken, report
from sotalia.ops.soak_world import Issued

SECONDS = float(os.environ.get("SOTALIA_SOAK_SECONDS", "25"))
SEED = int(os.environ.get("SOTALIA_SOAK_SEED", "4"))

pytestmark = pytest.mark.timeout(300 + SECONDS)


def test_a_short_soak(capsys):
    outcome = soak(Plan(workers=4, seconds=SECONDS, lifetime=8.0, seed=SEED))
    with capsys.disabled():
        print(f"\n{report(outcome)}")
    assert broken(outcome) == []
    assert len(outcome.of("kill")) >= 3
    assert any(line["role"] == "child" for line in outcome.lines)


def line_of(worker=0, **changes):
    told = {
        "worker": worker,
        "role": "worker",
        "warm": False,
        "at": 1.0,
        "counts": {"240": 100},
        "longest": 0.001,
        "calls": 10,
        "start": 0.2,
        "warned": [],
        "errors": [],
        "rss": 40_000_000,
    }
    return {**told, **changes}


def outcome_of(lines=(), issued=None, disturbances=(), **changes):
    """A soak of 100 s with sets that live 10 s, by a clock that is 360 times as fast."""
    clock = FastClock(0.0, 1_700_000_000.0, 360.0)
    moments = [7.6 * number for number in range(13)] if issued is None else issued
    whole = {
        "plan": {"workers": 2, "seconds": 100.0, "lifetime": 10.0, "seed": 1},
        "began": 0.0,
        "ended": 100.0,
        "clock": clock,
        "issued": [Issued(moment, f"ASIA{moment}", clock.at(moment) + 3600.0) for moment in moments],
        "asked_while_down": [],
        "calls_refused": 0,
        "disturbances": list(disturbances),
        "troubles": [],
        "lines": [line_of(), *lines],
        "workers_started": 2,
        "orphans": [],
        "unreadable": [],
    }
    return Outcome(**{**whole, **changes})


def test_a_soak_in_which_all_held_has_nothing_to_say():
    assert broken(outcome_of()) == []
    assert "fetches: 13 for 13 refresh points" in report(outcome_of())


def test_a_failed_call_counts_unless_there_were_no_valid_credentials():
    failed = line_of(errors=[(50.0, "call: OSError: down", None)])
    assert "a call failed at 50.00 s" in broken(outcome_of([failed]))[0]
    short = Disturbance("outage", 46.0, 51.0)  # the set of 45.6 lives until 55.6
    assert broken(outcome_of([failed], disturbances=[short]))
    issued = [7.6 * number for number in range(6)] + [56.0, 63.6]  # none between 38 and 56: the last one ended at 48
    long = Disturbance("outage", 45.0, 55.0)
    assert broken(outcome_of([failed], issued, [long])) == []
    late = line_of(errors=[(58.0, "call: OSError: down", None)])
    assert broken(outcome_of([late], issued, [long]))


def test_with_a_broken_cache_the_set_of_the_process_itself_counts():
    outage, fault = Disturbance("outage", 46.0, 54.0), Disturbance("replace", 44.0, 47.0)  # a set lives until 55.6
    ends = FastClock(0.0, 1_700_000_000.0, 360.0).at

    def held(moment, own, *disturbances):
        failed = line_of(errors=[(moment, "get: OSError: down", own)])
        return broken(outcome_of([failed], disturbances=disturbances)) == []

    assert held(50.0, ends(48.0), outage, fault)
    assert held(50.0, None, outage, fault)
    assert not held(50.0, ends(55.0), outage, fault)  # it had a set, and failed
    assert not held(50.0, ends(48.0), outage)  # it could have had what another one fetched
    assert not held(50.0, ends(48.0), fault)  # it could have asked the source


@pytest.mark.parametrize(
    ("disturbance", "held"),
    [
        (None, False),
        (Disturbance("kill", 30.5, 30.5), True),
        (Disturbance("kill", 22.0, 22.0), False),
        (Disturbance("step", 30.7, 30.7, 900.0), True),
        (Disturbance("remove", 24.0, 24.0), True),
        (Disturbance("outage", 10.0, 12.0), False),
    ],
)
def test_a_fetch_before_its_time_needs_a_reason(disturbance, held):
    issued = [0.0, 7.6, 15.2, 22.8, 30.4, 31.0]
    found = broken(outcome_of(issued=issued, disturbances=[] if disturbance is None else [disturbance]))
    assert (found == []) is held, found


def test_warnings_of_the_cache_waits_memory_and_leavings_count():
    warned = line_of(warned=[(40.0, "cache_entry_rejected entry=x")])
    assert broken(outcome_of([warned]))
    assert broken(outcome_of([warned], disturbances=[Disturbance("garble", 35.0, 35.0)])) == []
    assert broken(outcome_of([line_of(longest=11.0)]))
    assert broken(outcome_of([line_of(start=61.0)]))
    assert broken(outcome_of(orphans=["a.tmp"] * 4))
    assert broken(outcome_of(unreadable=["cache_entry_rejected"]))
    assert broken(outcome_of(troubles=["the lock stayed held"]))
    grows = [line_of(at=float(at), rss=40_000_000 + at * 1_000_000) for at in range(40)]
    assert "memory of worker 0 grew" in broken(outcome_of(grows))[0]


def test_the_command_prints_the_figures_draws_them_and_has_a_status(monkeypatch, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    samples = [line_of(number, at=float(at)) for at in range(20) for number in (0, 1)]
    done = outcome_of(samples, disturbances=[Disturbance("outage", 20.0, 22.0), Disturbance("kill", 30.0, 30.0)])
    monkeypatch.setattr("sotalia.ops.soak.soak", lambda plan: done)
    command = ["soak", "--minutes", "1", "--plot", str(tmp_path / "soak.png")]
    assert main(command) == 0
    assert "everything held" in capsys.readouterr().out
    assert (tmp_path / "soak.png").read_bytes().startswith(b"\x89PNG")
    done = outcome_of(troubles=["the lock stayed held"])
    assert main(command[:3]) == 1
    assert "BROKEN: the lock stayed held" in capsys.readouterr().out

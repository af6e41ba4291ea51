"""Killed writers, as ``sotalia crashes`` has them: a bounded number of them, and the same for boto3's file cache."""

import peers
import pytest
from sotalia.ops import crashes


def test_writers_killed_at_every_step_leave_nothing_torn_stuck_or_in_the_clear(capsys):
    found = crashes.crash("sotalia", 46, at_steps=True)
    with capsys.disabled():
        print("\n" + "\n".join(crashes.table([found])))
    assert len(found["at"]) - 1 >= 20
    assert {name: found[name] for name in ("unreadable", "unreadable afterwards", "stuck", "clear")} == {
        "unreadable": 0, "unreadable afterwards": 0, "stuck": 0, "clear": 0
    }  # fmt: skip
    assert found["most"] == 1
    assert found["swept"] == found["orphans"] > 0
    assert found["worst"] < 10


@peers.takes_long_once
def test_the_same_is_measured_of_boto3():
    found = crashes.crash("boto3", 3, python=peers.python())
    assert (found["sdk"], found["kills"]) == ("boto3", 3)


def test_the_command_says_by_its_status_whether_all_is_well(monkeypatch, capsys):
    good = {
        "sdk": "sotalia", "kills": 2, "at": {"any moment": 1, "locked": 1}, "unreadable": 0, "unreadable afterwards": 0,
        "stuck": 0, "orphans": 1, "swept": 1, "most": 1, "clear": 0, "p50": 0.001, "p99": 0.002, "worst": 0.003,
    }  # fmt: skip
    for changed, status in [({}, 0), ({"unreadable": 1}, 1), ({"swept": 0}, 1), ({"most": 2}, 1)]:
        monkeypatch.setattr(crashes, "crash", lambda *_, found={**good, **changed}, **__: found)
        assert crashes.main(["--kills", "2"]) == status
    assert "1 kills at 1 steps, 1 at any moment" in capsys.readouterr().out


@pytest.mark.parametrize("argument", ["--help"])
def test_the_command_line_leads_there(argument, capsys):
    from sotalia.ops.command_line import main

    for command in ("crashes", "fleet"):
        with pytest.raises(SystemExit) as ended:
            main([command, argument])
        assert ended.value.code == 0
        assert f"sotalia {command}" in capsys.readouterr().out

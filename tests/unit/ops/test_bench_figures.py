"""The table has every row of what the project aims at, and a worker that knows it."""

import re
from pathlib import Path

import pytest
from sotalia import ops
from sotalia.ops import bench_scale_worker, bench_worker
from sotalia.ops.bench_figures import FIGURES, Goal, chosen

GOALS = {
    "import": Goal(20, 35),
    "cold-ec2": Goal(40),
    "first-ec2": Goal(1, 3),
    "warm-s3": Goal(0.05),
    "session-s3": Goal(0.1),
    "memory-sts": Goal(0.3),
    "memory-ec2": Goal(0.3, 1),
    "fleet-memory": Goal(190),
    "fleet-cpu": Goal(2),
    "sessions-memory": Goal(1),
    "sessions-cpu": Goal(0.1),
    "sessions-garbage": Goal(0),
    "threads": Goal(20),
    "sign": Goal(15),
    "presign": Goal(30),
    "s3-get": Goal(120),
    "s3-put": Goal(120),
    "dynamodb-get": Goal(120),
    "sqs-send": Goal(120),
    "sts-who": Goal(120),
    "s3-list": Goal(10),
    "dynamodb-query": Goal(1.8),
    "ec2-describe": Goal(150),
    "emit-0": Goal(0.15),
    "emit-1": Goal(0.6),
    "emit-10": Goal(3),
    "isolate": Goal(5),
    "rate": Goal(1, least=True),
}


def test_every_goal_has_its_row():
    found = {figure.name: figure.goal for figure in FIGURES}
    assert {name: found[name] for name in GOALS} == GOALS
    assert len(found) == len(FIGURES)  # no name twice
    assert "preload-memory" in found


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_every_row_has_a_worker_that_knows_it(figure):
    path = Path(ops.__file__).with_name(figure.worker)
    assert path.exists()
    first, *rest = figure.arguments
    if first in ("call", "local"):
        assert rest[0] in bench_worker.CALLS
    elif figure.worker == "bench_scale_worker.py":
        assert first in bench_scale_worker.FIGURES
    else:
        assert re.search(rf'"{first}"', path.read_text()) or figure.worker == "bench_cold_worker.py"
    assert figure.part in ("start", "calls", "rates")


@pytest.mark.parametrize(
    ("goal", "value", "verdict"),
    [
        (Goal(20, 35), 20.0, "met"),
        (Goal(20, 35), 34.9, "within the limit"),
        (Goal(20, 35), 35.1, "missed"),
        (Goal(20), 20.1, "missed"),
        (Goal(0), 0.0, "met"),
        (Goal(1, least=True), 1.2, "met"),
        (Goal(1, least=True), 0.9, "missed"),
    ],
)
def test_a_goal_is_met_or_not(goal, value, verdict):
    assert goal.verdict(value) == verdict


def test_rows_are_chosen_by_their_name_or_what_is_called():
    assert [figure.name for figure in chosen(["sign"])] == ["sign"]
    assert [figure.name for figure in chosen(["s3-get"])] == ["s3-get", "local-s3-get"]
    assert chosen(["nothing"]) == []
    assert chosen(None) == list(FIGURES)

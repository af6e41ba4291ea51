"""One fetch for a fleet at every refresh point, a sample of it: the whole matrix is ``sotalia fleet``."""

import pytest
from sotalia.ops.fleet_matrix import POINTS, Fleet, Point, run_fleet, table
from sotalia.ops.waiters import measure_waits

SAMPLE = [
    ("iam-role", "fork", 64),
    ("container-role", "fork", 8),
    ("assume-role", "programs", 4),
    ("assume-role-with-web-identity", "fork", 8),
    ("sso", "spawn", 4),
    ("login", "fork", 8),
    ("custom-process", "fork", 8),
]


@pytest.mark.parametrize(("provider", "how", "processes"), SAMPLE)
@pytest.mark.timeout(300)
def test_a_fleet_asks_its_source_once_at_every_refresh_point(capsys, provider, how, processes):
    fleet = run_fleet(provider, how, processes)
    with capsys.disabled():
        print(f"\n{fleet}")
    assert [(point.name, point.fetches, point.keys, point.errors) for point in fleet.points] == [
        (name, 1, 1, {}) for name in POINTS
    ]


def test_the_table_shows_what_was_not_run_and_what_failed():
    points = tuple(Point(name, 1, 1, 0.1, 0.2, 0.3, 0.1, {}) for name in POINTS)
    bad = Point("rejected", 3, 2, 0.1, 0.2, 7.0, 0.1, {"it died": 2})
    fleets = [Fleet("sso", "fork", 8, points), Fleet("login", "spawn", 8, (*points[:3], bad))]
    assert [fleet.good for fleet in fleets] == [True, False]
    assert list(table(fleets)) == [
        "| processes | sso | login |",
        "|---|---|---|",
        "| 8 by fork | 1 1 1 1, 0.3 s | not run |",
        "| 8 by spawn | not run | 1 1 1 3, 7.0 s, 2 failed |",
    ]


# What the numbers are on a machine of one's own is in docs/fleet.md; these are for one that does much else.
def test_many_who_wait_go_on_soon_after_publication_and_cost_little(capsys):
    waits = measure_waits(96, seconds=1.0)
    with capsys.disabled():
        print(f"\n{waits}")
    assert waits.loads == 1
    assert waits.waited >= 80
    assert waits.p99 < 5.0
    assert waits.cpu_share < 1.0


def test_in_a_queue_in_which_each_has_to_fetch_nobody_starves(capsys):
    waits = measure_waits(24, queue=True)
    with capsys.disabled():
        print(f"\na queue: {waits}")
    assert waits.loads == 24
    assert waits.worst < 15.0  # from then on they would have gone to the source directly

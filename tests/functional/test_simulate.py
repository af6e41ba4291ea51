"""The simulated fleet, small: what holds for any size."""

import pytest
from sotalia.ops.simulate import SHARING, Fleet, Outage, simulate
from sotalia.ops.simulate_report import run_simulation, table

HOSTS, WORKERS, HOUR = 12, 8, 3600.0
POINTS = 4  # of a session of one hour: at 0, 45, 90, and 135 minutes
IN_ORDER = Fleet(HOSTS, WORKERS, 2.5 * HOUR)


@pytest.mark.parametrize(("sharing", "calls"), [("none", HOSTS * WORKERS), ("host", HOSTS), ("redis", 1)])
def test_calls_at_each_refresh_point(sharing, calls):
    found = simulate(IN_ORDER, sharing)
    for point in range(POINTS):
        begins = point * 2700.0
        assert found.between(begins, begins + 1800) == calls
    assert found.calls.total() == POINTS * calls
    assert found.without_credentials == 0


def test_each_host_asks_once_at_each_refresh_point():
    assert simulate(IN_ORDER, "host").calls_of_hosts == [POINTS] * HOSTS


@pytest.mark.parametrize("sharing", SHARING)
@pytest.mark.parametrize("kind", ["throttles", "silent"])
def test_an_outage_fails_nobody_and_ends_without_a_stampede(sharing, kind):
    outage = Outage(0.7 * HOUR, 1.6 * HOUR, kind)  # from before the refresh point until after the end of the sets
    found = simulate(Fleet(HOSTS, WORKERS, 2.2 * HOUR, outages=(outage,)), sharing)
    assert found.without_credentials == 0
    askers = HOSTS * WORKERS if sharing == "none" else HOSTS
    tries = (outage.ends - 2700) / 300  # nobody asks more often than every 300 s
    assert found.between(outage.begins, outage.ends) <= askers * (tries + 1)
    after = found.between(outage.ends, outage.ends + 900)
    assert after == (1 if sharing == "redis" else askers)
    assert found.peak(outage.ends, outage.ends + 900) <= max(3, askers / 20)


def test_a_fleet_that_is_throttled_is_slower_than_one_host_by_one():
    """With many hosts: a throttled one is believed by the others for some seconds."""
    fleet = Fleet(300, 1, 1.6 * HOUR, outages=(Outage(0.7 * HOUR, 1.6 * HOUR, "throttles"),))
    alone, together = simulate(fleet, "host"), simulate(fleet, "redis")
    assert together.between(*fleet.outages[0][:2]) < 0.9 * alone.between(*fleet.outages[0][:2])


def test_a_throttled_start_is_shared():
    fleet = Fleet(HOSTS, WORKERS, 600, start_within=1, between_requests=0.5, outages=(Outage(0, 100, "throttles"),))
    calls = {sharing: simulate(fleet, sharing).between(0, 100) for sharing in SHARING}
    assert calls["none"] > 5 * calls["host"] > 25 * calls["redis"]
    assert calls["redis"] <= 100  # a second at least between two


def test_without_redis_each_host_does_what_it_does_alone():
    found = simulate(IN_ORDER._replace(redis_down=(2600.0, 4000.0)), "redis")
    assert found.between(2600, 4000) == HOSTS
    assert found.calls.total() == HOSTS + POINTS - 1
    assert found.without_credentials == 0


def test_the_same_seed_gives_the_same_outcome():
    for sharing in SHARING:
        assert simulate(IN_ORDER, sharing) == simulate(IN_ORDER, sharing)
    assert simulate(IN_ORDER._replace(seed=2), "host").calls != simulate(IN_ORDER, "host").calls


def test_the_table_and_the_plot(tmp_path, capsys):
    pictures = []
    for number in range(2):
        picture = tmp_path / f"{number}.svg"
        assert run_simulation(3, 2, 1, tmp_path / "table.md", picture) == 0
        pictures.append(picture.read_bytes())
    assert pictures[0] == pictures[1]
    assert b"host cache and Redis" in pictures[0]
    text = (tmp_path / "table.md").read_text()
    assert text.count("\n") == 11
    assert text in capsys.readouterr().out
    assert "| a refresh point | 6 (" in text


def test_the_table_counts_the_outcomes():
    fleet = Fleet(2, 2, 600)
    text = table(fleet, {"host": simulate(fleet, "host")})
    assert "| start, within a minute | 2 (" in text

import json

import pytest
from sotalia.ops import bench_plot, bench_table
from sotalia.ops.bench_figures import Figure, Goal

SIGN = Figure("sign", "SigV4 header", ("sign",), "cpu", "µs", 1e6, Goal(15))
GET = Figure("get", "get", ("get",), "cpu", "µs", 1e6, Goal(100, 130))
RATE = Figure("rate", "calls per second", ("rate",), "ratio", "", 1, Goal(1, least=True), part="rates")
GARBAGE = Figure("garbage", "garbage", ("garbage",), "garbage", "", 1, Goal(0))
PLAIN = Figure("plain", "memory", ("plain",), "memory", "MiB")
ALL = [SIGN, GET, RATE, GARBAGE, PLAIN]


def runs(field, *values):
    return [{field: value} for value in values]


MEASURED = {
    ("sign",): {"sotalia": runs("cpu", 1e-5, 1.1e-5, 0.9e-5), "boto3": runs("cpu", 1.2e-4, 1.32e-4, 1.08e-4),
                "awscrt": runs("cpu", 3.4e-5)},
    # The second pair ran while the machine was busy.
    ("get",): {"sotalia": runs("cpu", 1.2e-4, 3e-4, 1.2e-4), "boto3": runs("cpu", 1.2e-3, 3e-3, 1.8e-3)},
    ("rate",): {"sotalia": runs("ratio", 1.2), "boto3": runs("ratio", 0.8)},
    ("garbage",): {"sotalia": runs("garbage", 0), "boto3": runs("garbage", 1250.5)},
    ("plain",): {"sotalia": runs("memory", 0.0244), "boto3": runs("memory", 24.04)},
}  # fmt: skip
NAMES = ["sotalia", "boto3", "awscrt"]


def test_the_table_has_medians_ratios_and_whether_the_goal_is_met():
    head, _, sign, get, rate, garbage, plain = bench_table.figure_table(ALL, MEASURED, NAMES)
    assert head == "| figure | sotalia | boto3 | awscrt | ratio | goal | |"
    assert sign == "| SigV4 header | 10 µs | 120 µs | 34 µs | 12.0 | 15 µs | met |"
    # The ratio of the medians is 15, but two of three neighbours say 10.
    assert get == "| get | 120 µs | 1800 µs |  | 15.0 (10.0) | 100 µs, at most 130 | within the limit |"
    assert rate == "| calls per second | 1.20 | 0.800 |  | 1.5 | at least 1 | met |"
    assert garbage == "| garbage | 0 | 1250 |  | - | 0 | met |"
    assert plain == "| memory | 0.024 MiB | 24.0 MiB |  | 985.2 |  |  |"


def test_the_spread_has_least_median_and_most():
    _, _, get = bench_table.spread_table([GET], MEASURED)
    assert get == "| get | 120 / 120 / 300 µs | 1200 / 1800 / 3000 µs | 10 / 10 / 15 |"


def test_goals_that_are_not_met_are_named():
    dear = {**MEASURED, ("sign",): {"sotalia": runs("cpu", 2e-5), "boto3": []}}
    told = bench_table.goals_told(ALL, dear)
    assert told == "Goals: 2 met; 1 within the limit (get); 1 missed (SigV4 header)."


def test_every_run_is_in_the_json():
    text = bench_table.as_json(ALL, MEASURED, {"machine": "a µ", "runs": 3})
    found = json.loads(text)
    assert found["machine"] == "a µ"
    assert found["figures"]["sign"]["runs"]["sotalia"] == [10, 11, 9]
    assert found["figures"]["sign"]["goal"] == {"aim": 15, "limit": None, "least": False}
    assert found["figures"].keys() == {figure.name for figure in ALL}
    assert len(text.splitlines()) < 12  # a line for a figure: differences can be read


def test_the_plot_has_every_sdk_that_was_measured(tmp_path):
    pytest.importorskip("matplotlib")
    rows = bench_table.figure_rows([SIGN], MEASURED)
    bench_plot.plot(rows, ["sotalia", "boto3", "obstore", "awscrt"], tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert all(word in text for word in ("sotalia", "boto3", "awscrt", "goal", "SigV4 header"))
    assert "obstore" not in text

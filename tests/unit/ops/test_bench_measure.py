import sys

import pytest
from sotalia.ops import bench_measure
from sotalia.ops.bench_figures import Figure
from sotalia.ops.bench_peers import Peer

WORKER = """\
import json, os, sys
print(json.dumps({"cpu": 0.5, "retries": os.environ["AWS_RETRY_MODE"], "region": os.environ.get("AWS_REGION"),
                  "home": os.path.exists(os.environ["HOME"] + "/.aws/config")}))
with open(os.environ["BENCH_LOG"], "a") as log:
    print(*sys.argv[1:], file=log)
"""


def test_all_take_turns_in_fresh_processes_under_the_same_settings(tmp_path, monkeypatch):
    (tmp_path / "worker.py").write_text(WORKER)
    log = tmp_path / "log"
    monkeypatch.setenv("BENCH_LOG", str(log))
    monkeypatch.setenv("AWS_REGION", "of the caller")
    figure = Figure("one", "one", ("figure", "detail"), "cpu", "ms", 1e3, worker=str(tmp_path / "worker.py"))
    twice = figure._replace(name="two", field="cpu")
    pythons = {"sotalia": sys.executable, "boto3": sys.executable, "minio": "/it/has/no/such/figure"}
    measured = bench_measure.measure([figure, twice], pythons, 2)
    assert measured.keys() == {("figure", "detail")}
    assert measured["figure", "detail"]["boto3"][0] == {"cpu": 0.5, "retries": "standard", "region": None, "home": True}
    assert bench_measure.numbers(figure, measured) == {"sotalia": [500, 500], "boto3": [500, 500]}
    # One run that does not count, and each run begins with another one.
    assert [line.split()[0] for line in log.read_text().splitlines()] == [
        "sotalia", "boto3", "boto3", "sotalia", "sotalia", "boto3",
    ]  # fmt: skip


FAILS_FOR_MINIO = """\
import sys
assert sys.argv[1] != "minio", "it cannot"
print('{"cpu": 1.0}')
"""


def test_another_sdk_that_fails_goes_without_the_figure(tmp_path, monkeypatch, capsys):
    worker = tmp_path / "worker.py"
    worker.write_text(FAILS_FOR_MINIO)
    figure = Figure("one", "one", ("figure",), "cpu", worker=str(worker))
    monkeypatch.setattr(bench_measure, "_WORKER_OF_PEERS", str(worker))
    monkeypatch.setattr(bench_measure, "PEERS", {"minio": Peer("1", frozenset([("figure",)]))})
    pythons = dict.fromkeys(("sotalia", "boto3", "minio"), sys.executable)
    assert bench_measure.measure([figure], pythons, 1)[("figure",)].keys() == {"sotalia", "boto3"}
    told = capsys.readouterr().err
    assert "minio goes without figure" in told
    assert "it cannot" in told
    worker.write_text("raise SystemExit('broken')")
    with pytest.raises(RuntimeError, match="broken"):
        bench_measure.measure([figure], pythons, 1)

import sys

from sotalia.ops import bench_measure
from sotalia.ops.bench_figures import Figure

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

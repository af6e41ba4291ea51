import subprocess

import pytest
from sotalia.ops import bench, bench_peer_worker, bench_plot, bench_worker
from sotalia.ops.bench_peers import PEERS, peer_pythons


def test_peers_are_asked_for_figures_that_there_are():
    known = {figure.arguments for figure in bench._figures()}
    for name, peer in PEERS.items():
        assert peer.figures <= known
        assert name in bench_peer_worker._MEASURES
        assert {figure[1] for figure in peer.figures if figure[0] == "call"} <= bench_worker.CALLS.keys()


def test_a_peer_that_does_not_install_is_left_out_with_a_note(capsys, tmp_path):
    def make(folder, name, version):
        if name == "minio":
            raise subprocess.CalledProcessError(1, ["pip", "install"])
        return f"{folder}/{name}-{version}"

    found = peer_pythons(tmp_path, make)
    assert found.keys() == PEERS.keys() - {"minio"}
    assert "minio" in capsys.readouterr().err


def test_the_table_leaves_out_what_a_peer_cannot_do():
    figures = [figure for figure in bench._figures() if figure.name in ("sign", "s3-get")]
    rows = [
        bench_plot.Row("SigV4 header", {"sotalia": 10.0, "boto3": 120.0, "awscrt": 34.0}, 15),
        bench_plot.Row("get", {"sotalia": 120.0, "boto3": 1400.0}, 120),
    ]
    _, _, sign, get = bench._table(figures, rows, ["sotalia", "boto3", "awscrt"])
    assert sign == "| SigV4 header | 10.0 µs | 120 µs | 34.0 µs | 12.0 | 15 µs |"
    assert get == "| s3 GetObject, 1 KiB | 120 µs | 1400 µs |  | 11.7 | 120 µs |"


def test_the_plot_has_every_sdk(tmp_path):
    pytest.importorskip("matplotlib")
    rows = [bench_plot.Row("sign", {"sotalia": 10.0, "boto3": 120.0, "awscrt": 34.0}, 15)]
    bench_plot.plot(rows, ["sotalia", "boto3", "obstore", "awscrt"], tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert all(word in text for word in ("sotalia", "boto3", "awscrt", "goal", "sign"))
    assert "obstore" not in text

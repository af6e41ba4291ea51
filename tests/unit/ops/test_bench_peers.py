import subprocess
import sys

from sotalia.ops import bench_peer_worker, bench_worker
from sotalia.ops.bench_figures import FIGURES
from sotalia.ops.bench_peers import PEERS, peer_pythons, versions_of


def test_peers_are_asked_for_figures_that_there_are():
    known = {figure.arguments for figure in FIGURES}
    for name, peer in PEERS.items():
        assert peer.figures <= known
        assert name in bench_peer_worker._MEASURES
        assert {figure[1] for figure in peer.figures if figure[0] == "call"} <= bench_worker.CALLS.keys()


def test_a_peer_that_does_not_install_is_left_out_with_a_note(capsys, tmp_path):
    def make(folder, name, version):
        if name == "minio":
            raise subprocess.CalledProcessError(1, ["pip", "install"])
        return f"{folder}/{name}-{version}"

    found, missing = peer_pythons(tmp_path, make)
    assert found.keys() == PEERS.keys() - {"minio"}
    assert missing == {"minio": PEERS["minio"].version}
    assert "minio" in capsys.readouterr().err


def test_versions_are_those_of_the_python_that_is_asked():
    found = versions_of("sotalia", sys.executable)
    assert found["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"httptools", "urllib3", "msgspec", "cryptography", "OpenSSL"} <= found.keys()

"""What ``sotalia bench`` measures, by its options; nothing is measured here."""

import json
from pathlib import Path

import pytest
from sotalia.ops import bench, bench_command, bench_document, command_line
from sotalia.ops.bench_figures import chosen


@pytest.fixture
def called(monkeypatch):
    calls = []

    def table(runs, only, write, peers, picture):
        calls.append(("table", runs, only, write, peers, picture))
        return 0

    monkeypatch.setattr(bench, "run_bench", table)
    for name in bench_command._SECTIONS:
        monkeypatch.setitem(
            bench_command._SECTIONS,
            name,
            lambda runs, write, name=name: calls.append((name, runs, write)) or int(name == "codecs"),
        )
    return calls


def run(*arguments):
    return command_line.main(["bench", *arguments])


def test_alone_it_prints_the_table(called):
    assert run() == 0
    assert called == [("table", 5, None, None, False, None)]


def test_options_reach_the_table(called, tmp_path):
    write, plot = tmp_path / "a.md", tmp_path / "b.svg"
    options = ["--runs", "2", "--only", "sign", "--only", "ec2", "--peers", "--write", str(write), "--plot", str(plot)]
    assert run(*options) == 0
    assert called == [("table", 2, ["sign", "ec2"], write, True, plot)]


def test_a_section_alone(called, tmp_path):
    write = tmp_path / "a.md"
    assert run("--signing", "--runs", "7", "--write", str(write)) == 0
    assert called == [("signing", 7, write)]


def test_all_writes_the_document_with_its_sections_and_pictures(called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("docs").mkdir()
    document = Path("docs/benchmarks.md")
    assert run("--all", "--transfers") == 1  # as one section says that something is wrong
    assert called == [
        ("table", 5, None, document, True, document.with_suffix(".svg")),
        ("signing", 3, document),
        ("codecs", 3, document),
        ("instructions", 3, document),
        ("transfers", 3, document),
    ]


def test_what_cannot_be_is_said_before_anything_is_measured(called, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run("--all") == 2
    assert "no folder docs" in capsys.readouterr().err
    Path("docs").mkdir()
    assert run("--all", "--only", "sign") == 2
    assert run("--write", "nowhere/a.md") == 2
    assert called == []


def test_a_table_that_cannot_be_made_ends_all(called, monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "run_bench", lambda *arguments: 2)
    assert run("--all", "--write", str(tmp_path / "a.md")) == 2
    assert called == []


def measured(figures, pythons, runs):
    one = {figure.field: 0.001 for figure in figures}
    return {figure.arguments: {name: [one] * runs for name in pythons} for figure in figures}


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(bench, "measure", measured)
    monkeypatch.setattr(bench, "peer_python", lambda cache: "python")
    monkeypatch.setattr(bench, "peer_pythons", lambda cache: ({"obstore": "python"}, {"minio": "7.2.20"}))
    monkeypatch.setattr(bench, "versions_of", lambda name, python: {name: "1.2.3", "Python": "3.11.7"})


def test_the_document_has_the_table_all_versions_the_spread_and_the_pictures(quick, tmp_path, capsys):
    pytest.importorskip("matplotlib")
    document = tmp_path / "b.md"
    bench_document.write_section(document, ["## Signing", "", "as it was"])
    assert bench.run_bench(3, None, document, True, tmp_path / "b.svg") == 0
    text = document.read_text()
    assert "medians of CPU time of 3 fresh processes" in text
    assert "| obstore | obstore 1.2.3, Python 3.11.7 |" in text
    assert "| minio | 7.2.20 does not install here, and is left out |" in text
    assert "![Calls](b-calls.svg)" in text
    assert "![Start and memory](b-start.svg)" in text
    assert {path.name for path in tmp_path.iterdir()} == {"b.md", "b.json", "b-calls.svg", "b-start.svg"}
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Signing", "## Spread"]
    for figure in chosen(None):
        assert text.count(f"| {figure.title} |") == 2
    found = json.loads((tmp_path / "b.json").read_text())
    assert found["not installed"] == {"minio": "7.2.20"}
    assert found["versions"]["boto3"]["boto3"] == "1.2.3"
    assert "| figure | sotalia | boto3 | obstore |" in capsys.readouterr().out


def test_a_figure_that_there_is_not(quick, capsys):
    assert bench.run_bench(only=["speed"]) == 2
    assert "sts-who" in capsys.readouterr().out


def test_a_picture_needs_what_draws_it(quick, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench, "can_plot", lambda: False)
    assert bench.run_bench(picture=tmp_path / "a.svg") == 2
    assert "sotalia[plots]" in capsys.readouterr().err

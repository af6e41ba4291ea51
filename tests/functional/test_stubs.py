"""Stubs as users have them: one command, then pyright and mypy know what a session makes.

``SOTALIA_ALL_SERVICES=1`` writes and parses those of all services too, and checks a program with all of them.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from odd_model import write_odd_model

_SAMPLES = Path(__file__).parents[1] / "typing" / "stubs"
_SERVICES = ("s3", "dynamodb", "sqs", "sts", "ec2", "lambda", "cloudwatch", "kinesis", "odd-things")

pytestmark = pytest.mark.timeout(300)  # checkers take seconds, and minutes where dozens of programs share two cores


def _run(*command: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "COVERAGE_"))}
    return subprocess.run(command, cwd=folder, env={**known, **environ}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's project with the samples and the stubs that they need."""
    folder = tmp_path_factory.mktemp("project")
    write_odd_model(folder / "models")
    done = _stubs(folder, *_SERVICES)
    assert done.returncode == 0, done.stdout + done.stderr
    for sample in _SAMPLES.glob("*.py"):
        shutil.copy(sample, folder)
    (folder / "mypy.ini").write_text("[mypy]\nstrict = true\nmypy_path = typings\n", encoding="utf-8")
    settings = {"typeCheckingMode": "strict", "reportMissingModuleSource": False, "include": ["*.py"]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


def _stubs(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return _run(
        sys.executable, "-m", "sotalia", "stubs", *arguments, folder=folder, AWS_DATA_PATH=str(folder / "models")
    )


def _mypy(folder: Path, *files: str) -> list[str]:
    done = _run(sys.executable, "-m", "mypy", "--hide-error-context", "--no-pretty", *files, folder=folder)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if ": error:" in line]


def _pyright(folder: Path, *files: str) -> list[str]:
    if _run(sys.executable, "-m", "pyright", "--version", folder=folder).returncode:
        pytest.skip("pyright is not installed (group `type`), or cannot get the node that it runs on")
    done = _run(sys.executable, "-m", "pyright", "--pythonpath", sys.executable, *files, folder=folder)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout.splitlines()


def _lines(messages: list[str], file: str) -> set[int]:
    found = [re.search(rf"{re.escape(file)}:(\d+)(?::\d+)?(?: -|:) error", message) for message in messages]
    return {int(match[1]) for match in found if match}


def _expected(file: str) -> set[int]:
    lines = (_SAMPLES / file).read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if "# wrong: " in line}


def test_mypy_finds_nothing_in_programs_that_are_right_and_in_the_stubs(project: Path) -> None:
    assert _mypy(project, "good_s3.py", "good_services.py") == []


def test_mypy_finds_every_wrong_line(project: Path) -> None:
    assert _lines(_mypy(project, "wrong.py"), "wrong.py") == _expected("wrong.py")


def test_mypy_takes_awkward_names(project: Path) -> None:
    assert _mypy(project, "good_private.py") == []


def test_pyright_finds_what_is_wrong_and_nothing_else(project: Path) -> None:
    found = _pyright(project)
    assert _lines(found, "wrong.py") == _expected("wrong.py")
    assert [line for line in found if " error: " in line and "wrong.py" not in line] == []


def test_pyright_shows_what_an_editor_shows(project: Path) -> None:
    asked = project / "asked.py"
    asked.write_text(
        "import sotalia\ns3 = sotalia.client('s3')\nreveal_type(s3)\nreveal_type(s3.get_object)\n"
        "reveal_type(s3.get_paginator('list_buckets').paginate())\nreveal_type(sotalia.client('rds'))\n",
        encoding="utf-8",
    )
    try:
        shown = "\n".join(_pyright(project, "asked.py"))
    finally:
        asked.unlink()
    assert 'Type of "s3" is "S3Client"' in shown
    assert re.search(r"\(\*, Bucket: str, Key: str, IfMatch: str = .*\) -> GetObjectOutputTypeDef", shown)
    assert "PageIterator[ListBucketsOutputTypeDef]" in shown
    assert 'Type of "sotalia.client(\'rds\')" is "Any"' in shown


def test_the_stubs_themselves_are_strict(project: Path) -> None:
    names = ("types_sotalia/__init__", "types_sotalia/sqs", "types_sotalia/odd_things", "sotalia/session")
    found = _pyright(project, *[f"typings/{name}.pyi" for name in names])
    assert [line for line in found if " error: " in line] == []


def test_a_second_run_changes_nothing_and_another_choice_removes_what_it_leaves_out(
    project: Path, tmp_path: Path
) -> None:
    first = _stubs(tmp_path, "sqs", "sts")
    again = _stubs(tmp_path, "sts", "sqs")
    assert "(0 changed)" in again.stdout
    assert "(22 changed)" not in first.stdout
    assert (tmp_path / "typings/types_sotalia/sts.pyi").exists()
    _stubs(tmp_path, "sqs")
    assert not (tmp_path / "typings/types_sotalia/sts.pyi").exists()
    assert "_sts" not in (tmp_path / "typings/sotalia/session.pyi").read_text(encoding="utf-8")


def test_a_service_that_is_not_there_is_refused_with_those_that_may_be_meant(tmp_path: Path) -> None:
    done = _stubs(tmp_path, "s3", "dynamo")
    assert done.returncode == 2
    assert "There is no service 'dynamo': did you mean dynamodb?" in done.stdout
    assert not (tmp_path / "typings").exists()


@pytest.mark.skipif(not os.environ.get("SOTALIA_ALL_SERVICES"), reason="SOTALIA_ALL_SERVICES=1: all services")
@pytest.mark.timeout(900)
def test_the_stubs_of_all_services_parse_and_a_program_passes(project: Path, tmp_path: Path) -> None:
    done = _stubs(tmp_path, "--all")
    assert done.returncode == 0, done.stdout + done.stderr
    for path in (tmp_path / "typings").rglob("*.pyi"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        titles = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
        assert len(titles) == len(set(titles)), path
    for name in ("good_s3.py", "good_services.py", "mypy.ini", "pyrightconfig.json"):
        shutil.copy(project / name, tmp_path)
    assert _mypy(tmp_path, "good_s3.py", "good_services.py") == []
    assert [line for line in _pyright(tmp_path) if " error: " in line] == []

"""README and the other documents: their links lead somewhere, their commands exist, their examples run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from sotalia.ops import testkit
from sotalia.ops.command_line import _parser

CHECKOUT = Path(__file__).resolve().parents[2]
DOCUMENTS = [CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
PRELUDE = """
def fetch_from_vault():
    return {"access_key": "AKIDVAULT", "secret_key": "x", "token": "y", "expiry_time": "2099-01-01T00:00:00Z"}
"""

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def _blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", document.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def _targets() -> set[str]:
    return set(re.findall(r"^([\w-]+):", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE))


def _commands(document: Path) -> list[str]:
    """The commands of the console blocks, and what stands between backquotes and begins with a program of ours."""
    prompts = [line[2:] for block in _blocks(document, "console") for line in block.splitlines() if line[:2] == "$ "]
    text = re.sub(r"^```.*?^```", "", document.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return prompts + re.findall(r"`((?:make|sotalia|python -m sotalia) [^`]+)`", text)


@each_document
def test_links_lead_to_files_and_headings(document: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8")):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        found = (document.parent / path).resolve() if path else document
        assert found.exists(), target
        if heading:
            titles = re.findall(r"^#+ (.*)", found.read_text("utf-8"), re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in titles}


@each_document
def test_files_that_are_named_exist(document: Path) -> None:
    folders = "components|models|providers|session_core|ops|tests|docs|changes"
    named = re.findall(rf"`((?:{folders})/[\w./-]*)`", document.read_text("utf-8"))
    built = {"models/aws.store", "models/aws.docs"}
    assert not [name for name in named if name not in built and not (CHECKOUT / name).exists()]


@each_document
def test_commands_exist(document: Path) -> None:
    for command in _commands(document):
        words = shlex.split(command, comments=True)
        if words[0] == "make":
            assert words[1] in _targets(), command
        elif words[:3] == ["python", "-m", "sotalia"] or words[0] == "sotalia":
            rest = words[1:] if words[0] == "sotalia" else words[3:]
            try:
                _parser().parse_args([word for word in rest if word != "..."])
            except SystemExit:
                pytest.fail(f"{document.name}: {command}")


def test_the_examples_of_the_page_about_models_run(tmp_path: Path) -> None:
    code = "\n".join(_blocks(CHECKOUT / "docs" / "models.md", "python"))
    environ = {"AWS_DATA_PATH": str(tmp_path / "models"), "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE"}
    environ |= {"AWS_SECRET_ACCESS_KEY": "k" * 40, "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environ},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "https://lighthouse.eu-west-1.amazonaws.com",
        "Lists the lamps of a tower.",
        "['red', 'green']",
        "False",
        "ServiceModel(lighthouse)",
    ]


def test_the_examples_of_the_readme_run(aws: str) -> None:
    code = PRELUDE + "\n".join(_blocks(CHECKOUT / "README.md", "python"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    keys, region, *attempts = done.stdout.splitlines()
    assert keys == "['hello']"
    assert "us-east-1" in region
    assert "AWS_REGION" in region
    assert [attempt.split(":")[0].split()[0] for attempt in attempts][:2] == ["env", "vault"]


def test_the_examples_for_tests_run(tmp_path: Path) -> None:
    document = CHECKOUT / "docs" / "testing.md"
    case = tmp_path / "my-cases" / "pod"
    (case / "home").mkdir(parents=True)
    (case / "home" / "token").write_text("a-token")
    for name, text in zip(("case.toml", "http.toml"), _blocks(document, "toml"), strict=True):
        (case / name).write_text(text)
    (tmp_path / "test_examples.py").write_text("\n".join(_blocks(document, "python")))
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(tmp_path), "test_examples.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "9 passed" in done.stdout
    command = next(line for line in _commands(document) if "credential_cases" in line).split()
    done = subprocess.run(
        [sys.executable, *command[1:]], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "1 of 1 cases pass"


def test_the_table_of_fakes_is_whole() -> None:
    text = (CHECKOUT / "docs" / "testing.md").read_text("utf-8").partition("## Fakes")[2].partition("\n## ")[0]
    rows = [
        re.findall(r"`(\w+)`", f"{row.split('|')[1]}{row.split('|')[3]}")
        for row in text.splitlines()
        if row[:3] == "| `"
    ]
    fakes = [name for name in testkit.__all__ if name.endswith("Server") or name.startswith("Fake")]
    assert {name: tuple(variables) for name, *variables in rows} == {
        name: getattr(testkit, name).VARIABLES for name in fakes if name != "FakeServer"
    }


def test_the_examples_for_providers_run(own_environment: Path) -> None:
    code = PRELUDE + "\n".join(_blocks(CHECKOUT / "docs" / "providers.md", "python"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["badge (the badge reader), static", "AKIDVAULT"]

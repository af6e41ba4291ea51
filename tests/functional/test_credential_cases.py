"""The cases of the credential chain below ``credential_cases/``, each a directory, run by the public runner."""

from pathlib import Path

import pytest
from sotalia.ops.credential_cases import BrokenCase, find_cases, main, run_case

FOLDER = Path(__file__).with_name("credential_cases")
CASES = find_cases(FOLDER)


@pytest.mark.parametrize("case", CASES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_case(case: Path) -> None:
    assert run_case(case) == []


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one").mkdir()
    return tmp_path / "one"


def write(folder: Path, case: str, http: str | None = None) -> None:
    (folder / "case.toml").write_text(case)
    if http is not None:
        (folder / "http.toml").write_text(http)


KEYS = 'env = { AWS_ACCESS_KEY_ID = "AKIDONE", AWS_SECRET_ACCESS_KEY = "secret-one" }\n[expect]\n'


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ('provider = "env"\naccess_key = "AKIDTWO"', ["access_key: expected 'AKIDTWO', got 'AKIDONE'"]),
        ('provider = "env"\nsecret_key = "two"', ["secret_key: expected 'two', got another value"]),
        ('provider = "iam-role"', ["provider: expected iam-role, got env"]),
        ('provider = "env"\nexpires_in = 60', ["expires_in: expected 60, got None"]),
        ('provider = "env"\ntoken = ""\ntrace = { env = "found" }', []),
        ('provider = "env"\ntrace = { iam-role = "found" }', ["trace of iam-role: expected found, got not asked"]),
        ("nothing = true", ["expected no credentials, got those of env"]),
        ('error = "ValueError"', ["error: expected ValueError, got no error"]),
        ('provider = "env"\nsays = ["come from env", "gold"]', ["the text does not say 'gold'"]),
    ],
)
def test_the_runner_tells_what_differs(folder: Path, expect: str, told: list[str]) -> None:
    write(folder, KEYS + expect)
    assert run_case(folder) == told


def test_the_runner_tells_requests_that_were_not_recorded_or_not_made(folder: Path) -> None:
    case = 'env = { AWS_CONTAINER_CREDENTIALS_FULL_URI = "${HTTP}/a" }\n[expect]\nerror = "CredentialRetrievalError"'
    write(folder, case, '[[exchange]]\nrequest = "GET /b"')
    found = run_case(folder)
    assert "asked for GET /a, which is not recorded" in found
    assert found[-1] == "never asked for GET /b"


@pytest.mark.parametrize(
    ("case", "http", "told"),
    [
        ("[expect", None, "case.toml: "),
        ("[expect]\nprovder = 1", None, "provder"),
        ("[expect]", None, "no provider, error or nothing"),
        ("[expect]\nnothing = true", "[[exchange]]\nrequest = 'GET /'\nbody = 'x'", "http.toml: an exchange has body"),
        ("[expect]\nnothing = true", "[[exchange]]\nstatus = 200", "an exchange has no request"),
    ],
)
def test_a_broken_case_is_told_from_a_failed_one(folder: Path, case: str, http: str | None, told: str) -> None:
    write(folder, case, http)
    with pytest.raises(BrokenCase, match="toml") as caught:
        run_case(folder)
    assert told in str(caught.value)


def test_the_command_runs_a_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, KEYS + 'provider = "env"')
    assert main([str(folder.parent)]) == 0
    assert capsys.readouterr().out == f"ok  {folder}\n1 of 1 cases pass\n"
    write(folder, KEYS + 'provider = "sso"')
    assert main([str(folder.parent)]) == 1
    assert "FAIL" in capsys.readouterr().out
    assert main([str(folder / "nowhere")]) == 1

"""What holds for every test: an environment of its own, and no secret in anything that it leaves behind."""

import logging
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import canary
import pytest
from hypothesis import HealthCheck, settings

# A slow or busy machine is no fault of a test: it has its own time limit.
settings.register_profile("sotalia", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sotalia")


class _Recorder(logging.Handler):
    """Keeps the text of every record of every level, with its tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record) + " " + repr(record.__dict__))


@pytest.fixture(autouse=True)
def no_secret_in_logs() -> Iterator[None]:
    """Log everything, and fail the test whose records show a canary."""
    recorder = _Recorder()
    logger = logging.getLogger("sotalia")
    before = logger.level
    logger.setLevel(1)
    logger.addHandler(recorder)
    try:
        yield
    finally:
        logger.removeHandler(recorder)
        logger.setLevel(before)
    shown = canary.found_in("\n".join(recorder.lines))
    assert not shown, f"log records show the canary {shown}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test whose output, captured log or traceback shows a canary."""
    report = yield
    shown = canary.found_in("\n".join([report.capstdout, report.capstderr, report.caplog, report.longreprtext]))
    if shown:
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid}: output, log or traceback show the canary {shown}"
    return report


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the test a home of its own and take everything of AWS out of its environment."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "SOTALIA_CACHE", "SOTALIA_CREDENTIAL")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    (home / "run").mkdir(mode=0o700)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "*")
    return home

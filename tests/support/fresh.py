"""A fresh interpreter in which nothing is imported that a test would take for an import of sotalia's."""

import os
import subprocess
import sys


def run(code: str) -> "subprocess.CompletedProcess[str]":
    """Run code, also when coverage is measured: coverage itself imports json, hashlib and others."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}
    return subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60, check=False
    )


def modules_after(code: str) -> set[str]:
    """Return the names of all modules that are there after running code."""
    done = run(f"{code}\nimport sys; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())

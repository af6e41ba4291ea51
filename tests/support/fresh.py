"""Fresh interpreters in which coverage is not measured, where that would disturb."""

import os
import subprocess
import sys


def unmeasured() -> dict[str, str]:
    """Return the environment of a program in which coverage is not measured.

    Coverage imports json, hashlib and others; and a fork while another thread
    is inside of it leaves the child with a lock that nobody gives back.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_PROCESS")}


def run(code: str) -> "subprocess.CompletedProcess[str]":
    """Run code in an interpreter that imports nothing for coverage."""
    return subprocess.run(
        [sys.executable, "-c", code], env=unmeasured(), capture_output=True, text=True, timeout=60, check=False
    )


def modules_after(code: str) -> set[str]:
    """Return the names of all modules that are there after running code."""
    done = run(f"{code}\nimport sys; print(*sys.modules)")
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())

"""The environment of a process that has fakes, a home folder, and nothing else."""

import os
from collections.abc import Mapping
from pathlib import Path

from .server import FakeServer

__all__ = ["credential_environ"]


def credential_environ(
    home: str | Path, *fakes: FakeServer, config: str = "", others: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the environment of a process that finds its credentials at these fakes, or nowhere.

    ``home`` becomes its home folder, made if there is none, with ``config`` as
    ``.aws/config``; sotalia keeps its sealed entries there as well. IMDS is off
    unless one of the fakes is one, every region is ``us-east-1``, no proxy is
    asked. ``others`` are further variables. Nothing but ``PATH``, and
    ``PYTHONPATH`` if it is set, comes from the environment of the caller, and
    that one is left as it is: give the result to ``Session(environ=...)``, to
    ``subprocess`` or to ``monkeypatch.setenv``.
    """
    folder = Path(home)
    (folder / ".aws").mkdir(parents=True, exist_ok=True)
    file = folder / ".aws" / "config"
    file.write_text(config, "utf-8")
    return {
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        "HOME": str(folder),
        "USERPROFILE": str(folder),
        "AWS_CONFIG_FILE": str(file),
        "AWS_SHARED_CREDENTIALS_FILE": str(file.with_name("credentials")),
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "*",
        "SOTALIA_CREDENTIAL_CACHE_LOCATION": str(folder / "sealed"),
        **{name: value for fake in fakes for name, value in fake.environ().items()},
        **(others or {}),
    }

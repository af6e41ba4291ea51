"""Where the AWS CLI keeps the tokens of whoever has signed in, for fakes that sign somebody in."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["login_token_file", "sso_token_file", "write_token_file"]


def sso_token_file(home: str | Path, name: str) -> Path:
    """Return the file of an ``sso-session``, or of the start URL of a profile that has none."""
    return Path(home, ".aws", "sso", "cache", f"{hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()}.json")


def login_token_file(home: str | Path, login_session: str) -> Path:
    """Return the file of a ``login_session``."""
    return Path(home, ".aws", "login", "cache", f"{hashlib.sha256(login_session.encode()).hexdigest()}.json")


def write_token_file(file: Path, document: Mapping[str, Any]) -> Path:
    """Write a token file, for its owner alone, and return it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(0o600)
    file.write_text(json.dumps(document), "utf-8")
    return file

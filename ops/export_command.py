"""``sotalia export-credentials``: what the chain found, for other programs."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from shlex import quote
from typing import Any

from ..components.errors import NoCredentialsError, SotaliaError
from ..session_core.session import Session

__all__ = ["run_export"]


def run_export(options: argparse.Namespace) -> int:
    """Print the credentials; return 0, or 1 (nothing printed but the error) when there are none."""
    try:
        session = Session(profile_name=options.profile)
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError(session.credential_attempts())
        frozen = credentials.get_frozen_credentials()
        expires: datetime | None = getattr(credentials, "expiry_time", None)
    except SotaliaError as error:
        print(f"sotalia export-credentials: {error}", file=sys.stderr)
        return 1
    found = {
        "AccessKeyId": frozen.access_key,
        "SecretAccessKey": frozen.secret_key,
        "SessionToken": frozen.token,
        "Expiration": None if expires is None else expires.isoformat().replace("+00:00", "Z"),
        "AccountId": frozen.account_id,
    }
    given = {name: value for name, value in found.items() if value is not None}
    print(_FORMATS[options.format](given, credentials))
    return 0


def _process(found: Mapping[str, str], _: Any) -> str:
    return json.dumps({"Version": 1, **found})


def _json(found: Mapping[str, str], credentials: Any) -> str:
    return json.dumps({**found, "Provider": credentials.method}, indent=2)


_VARIABLES = {
    "AccessKeyId": "AWS_ACCESS_KEY_ID",
    "SecretAccessKey": "AWS_SECRET_ACCESS_KEY",
    "SessionToken": "AWS_SESSION_TOKEN",
    "Expiration": "AWS_CREDENTIAL_EXPIRATION",
    "AccountId": "AWS_ACCOUNT_ID",
}


def _env(found: Mapping[str, str], _: Any) -> str:
    """Return lines for ``eval``; what is not set must not be left over from others."""
    return "\n".join(
        f"export {variable}={quote(found[name])}" if name in found else f"unset {variable}"
        for name, variable in _VARIABLES.items()
    )


_FORMATS: Mapping[str, Callable[[Mapping[str, str], Any], str]] = {"process": _process, "env": _env, "json": _json}

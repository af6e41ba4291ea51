"""Cases of the credential chain as directories: environment, files, recorded HTTP, expectation.

``python -m sotalia.ops.credential_cases FOLDER`` runs every case below a
folder (a case is a directory with ``case.toml``) and prints what differs. In a
test, ``run_case(path)`` returns the differences. A case is::

    case.toml     about = "...", [env], [session] (arguments of Session), [expect]
    home/         the home folder: .aws/config, .aws/credentials, token files ...
    http.toml     [[exchange]]: what may be asked for over HTTP, and the answers (``recorded.Exchange``)

In all of them ``${HOME}`` is the case's copy of ``home``, ``${HTTP}`` the server
that plays the exchanges, ``${NOW+3600}`` a time in ISO 8601, and ``${EC_KEY}`` a
new P-256 key in PEM, its line ends written as in JSON. Unless the case says
otherwise, every endpoint is that server, IMDS is off and nothing is cached.

``[expect]`` has ``provider`` (and ``access_key``, ``secret_key``, ``token``,
``account_id``, ``expires_in`` in seconds), or ``error`` (the class), or
``nothing = true``. ``says`` are parts of the error's text, or of the trace's;
``trace`` maps providers to outcomes. Whatever it expects, neither text may show
the secret key or the token.
"""

import argparse
import re
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from ..components.clock import Clock
from ..session_core.session import Session
from .testkit.recorded import Exchange, RecordedServer

__all__ = ["BrokenCase", "find_cases", "run_case"]

_EXPECTATIONS: Final = frozenset(
    {"access_key", "account_id", "error", "expires_in", "nothing", "provider", "says", "secret_key", "token", "trace"}
)
_SECONDS: Final = 120
"""How far ``expires_in`` may be off: a case takes time to run."""


class BrokenCase(Exception):  # noqa: N818 - a case is broken, the program is not
    """The files of a case make no sense; the text says which and why."""


class _Outcome(NamedTuple):
    """What the chain did: the credentials or the error, and the text and the lines of its trace."""

    credentials: Any
    error: Exception | None
    text: str
    trace: Mapping[str, str]


class _QuickClock(Clock):
    """Waits for nothing: what a case tells is not how long retries take."""

    def sleep(self, seconds: float) -> None:
        """Return at once."""


def find_cases(folder: Path) -> list[Path]:
    """Return the directories below a folder that are cases, in order."""
    return sorted(path.parent for path in folder.rglob("case.toml"))


def run_case(folder: Path) -> list[str]:
    """Run one case; return what differs from its expectation, empty if nothing does. Raises ``BrokenCase``."""
    with tempfile.TemporaryDirectory(prefix="credential-case-") as scratch, RecordedServer() as server:
        home = Path(scratch) / "home"
        known = {"HOME": str(home), "HTTP": server.url}
        case = _read(folder / "case.toml", known)
        expect = case.get("expect", {})
        _check(expect, folder)
        _make_home(folder / "home", home, known)
        if (folder / "http.toml").exists():
            server.play(_exchanges(folder / "http.toml", known))
        environ = {
            "HOME": str(home),
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": server.url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url,
            "SOTALIA_CREDENTIAL_CACHE": "off",
            "PATH": "/usr/bin:/bin",
            **case.get("env", {}),
        }
        found = list(_differences(expect, _resolve(environ, case.get("session", {}))))
        found += [f"asked for {request}, which is not recorded" for request in server.unexpected]
        found += [f"never asked for {request}" for request in server.unused()]
        return found


def _check(expect: Mapping[str, Any], folder: Path) -> None:
    unknown = sorted(set(expect) - _EXPECTATIONS)
    if unknown or not {"error", "nothing", "provider"} & set(expect):
        what = ", ".join(unknown) or "no provider, error or nothing"
        raise BrokenCase(f"{folder / 'case.toml'}: [expect] has {what}")


def _make_home(source: Path, home: Path, known: Mapping[str, str]) -> None:
    if source.is_dir():
        shutil.copytree(source, home)
    home.mkdir(exist_ok=True)
    for path in home.rglob("*"):
        if path.is_file():
            path.write_bytes(_fill(path.read_bytes().decode("utf-8", "surrogateescape"), known))


def _exchanges(path: Path, known: Mapping[str, str]) -> list[Exchange]:
    try:
        return [Exchange.read(one) for one in _read(path, known).get("exchange", ())]
    except ValueError as error:
        raise BrokenCase(f"{path}: {error}") from error


def _resolve(environ: Mapping[str, str], arguments: Mapping[str, Any]) -> _Outcome:
    frozen: Any = None
    credentials: Any = None
    raised: Exception | None = None
    chain: Any = None
    try:
        session = Session(environ=environ, **arguments)
        session.register_component("clock", _QuickClock())
        chain = session.get_component("credential_provider")
        credentials = session.get_credentials()
        frozen = None if credentials is None else credentials.get_frozen_credentials()
    except Exception as error:
        raised = error
    attempts = () if chain is None else chain.last_trace
    found = None if frozen is None else (credentials, frozen)
    text = str(attempts) if raised is None else f"{raised}\n{attempts}"
    return _Outcome(found, raised, text, {attempt.provider: attempt.outcome for attempt in attempts})


def _differences(expect: Mapping[str, Any], outcome: _Outcome) -> Iterator[str]:
    error = outcome.error
    if "error" in expect:
        got = "no error" if error is None else type(error).__name__
        if got != expect["error"]:
            yield f"error: expected {expect['error']}, got {got}"
    elif error is not None:
        yield f"error: expected none, got {type(error).__name__}: {error}"
    elif expect.get("nothing"):
        if outcome.credentials is not None:
            yield f"expected no credentials, got those of {outcome.credentials[0].method}"
    elif outcome.credentials is None:
        yield f"expected credentials of {expect['provider']}, got none"
    else:
        yield from _credential_differences(expect, *outcome.credentials)
    yield from (f"the text does not say {part!r}" for part in expect.get("says", ()) if part not in outcome.text)
    for name in ("secret_key", "token"):
        if expect.get(name) and expect[name] in outcome.text:
            yield f"the text shows the {name}"
    for provider, wanted in expect.get("trace", {}).items():
        if (got := outcome.trace.get(provider, "not asked")) != wanted:
            yield f"trace of {provider}: expected {wanted}, got {got}"


def _credential_differences(expect: Mapping[str, Any], credentials: Any, frozen: Any) -> Iterator[str]:
    if credentials.method != expect["provider"]:
        yield f"provider: expected {expect['provider']}, got {credentials.method}"
    for name in ("access_key", "secret_key", "token", "account_id"):
        if name in expect and getattr(frozen, name) != (expect[name] or None):
            hidden = "another value" if name in ("secret_key", "token") else repr(getattr(frozen, name))
            yield f"{name}: expected {expect[name]!r}, got {hidden}"
    if "expires_in" in expect:
        expires = credentials.provenance.expires
        left = None if expires is None else expires - time.time()
        if left is None or abs(left - expect["expires_in"]) > _SECONDS:
            yield f"expires_in: expected {expect['expires_in']}, got {left}"


def _read(path: Path, known: Mapping[str, str]) -> dict[str, Any]:
    try:
        return tomllib.loads(_fill(path.read_text("utf-8"), known).decode("utf-8", "surrogateescape"))
    except (OSError, ValueError) as error:
        raise BrokenCase(f"{path}: {error}") from error


def _fill(text: str, known: Mapping[str, str]) -> bytes:
    """Put in what a case cannot know: its home, the URL of its server, times."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name.startswith("NOW"):
            moment = datetime.fromtimestamp(int(time.time()) + int(name[3:] or 0), UTC)
            return moment.isoformat().replace("+00:00", "Z")
        if name == "EC_KEY":
            return _new_key().replace("\n", "\\n")
        return known.get(name, found[0])

    return re.sub(r"\$\{(HOME|HTTP|EC_KEY|NOW(?:[+-]\d+)?)\}", value, text).encode("utf-8", "surrogateescape")


def _new_key() -> str:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = generate_private_key(SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def main(arguments: list[str] | None = None) -> int:
    """Run the cases of a folder and print each with what differs; the exit status is 1 if anything does."""
    parser = argparse.ArgumentParser(description="Run cases of the credential chain.")
    parser.add_argument("folder", type=Path)
    cases = find_cases(parser.parse_args(arguments).folder)
    failed = 0
    for case in cases:
        try:
            found = run_case(case)
        except BrokenCase as error:
            found = [str(error)]
        failed += bool(found)
        print("\n  ".join([f"{'FAIL' if found else 'ok'}  {case}", *found]))
    print(f"{len(cases) - failed} of {len(cases)} cases pass")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())

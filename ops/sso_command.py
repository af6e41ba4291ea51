"""``sotalia sso``: signing in and out, with the token files of the AWS CLI."""

import argparse
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from ..components.errors import InvalidConfigError, SotaliaError
from ..components.unsigned import UNSIGNED
from ..providers.cli_token_file import TokenFile, TokenFileError, cli_folder
from ..providers.sso_config import SSOSession, read_sso_session, sso_session_named
from ..providers.sso_login import DeviceCode, sign_in, sign_out
from ..providers.sso_token import FOLDER, sso_token_file
from ..session_core.session import Session

__all__ = ["run_sso"]

_WAIT = 30.0


def run_sso(options: argparse.Namespace) -> int:
    """Run ``sso login`` or ``sso logout``; return the exit status: 0, 1 for a failure, 130 when interrupted."""
    try:
        session = Session(profile_name=options.profile)
        if options.action == "login":
            return _login(session, options.sso_session)
        return _logout(session, options.sso_session)
    except (SotaliaError, TokenFileError) as error:
        print(f"sotalia sso {options.action}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"sotalia sso {options.action}: interrupted", file=sys.stderr)
        return 130


def _login(session: Session, name: str | None) -> int:
    found = _session_of(session, name)
    file = sso_token_file(session.environ, found)
    ends = sign_in(found, file, _client_maker(session), _show)
    print(f"Signed in until {datetime.fromtimestamp(ends).astimezone():%Y-%m-%d %H:%M:%S %Z}: {file.path}")
    return 0


def _logout(session: Session, name: str | None) -> int:
    create_client = _client_maker(session)
    if name is None and session.profile is None:
        folder = Path(cli_folder(session.environ, FOLDER))
        files = [TokenFile(str(folder), path.name) for path in sorted(folder.glob("*.json"))]
        region = ""
    else:
        found = _session_of(session, name)
        files, region = [sso_token_file(session.environ, found)], found.region
    ended, failed = 0, 0
    for file in files:
        try:
            document = file.read()
            if not document or not document.get("accessToken") or not (document.get("region") or region):
                continue  # a registration of the AWS CLI's, or nothing at all
            sign_out(document, region, create_client)
        except (SotaliaError, TokenFileError) as error:
            print(f"sotalia sso logout: {file.path}: {error}", file=sys.stderr)
            failed += 1
        file.remove(wait=_WAIT)  # what cannot be ended there is not to stay here
        ended += 1
    _forget_roles(session)
    print(f"Removed {ended} token{'' if ended == 1 else 's'}.")
    return 1 if failed else 0


def _forget_roles(session: Session) -> None:
    """Take the role credentials that were got with tokens out of the shared cache."""
    from ..providers.sso import SSOProvider

    cache = session.get_component("credential_cache")
    endpoint_url = session.get_component("config_store").endpoint_url
    for profile in session.available_profiles:
        provider = SSOProvider(
            lambda: session.full_config, Session, profile, environ=session.environ, endpoint_url=endpoint_url
        )
        try:
            identity = provider.cache_identity()
        except InvalidConfigError:
            continue
        if identity is None:
            continue
        lock = cache.lock(identity)
        try:
            if lock.acquire(_WAIT):
                cache.remove(identity)
        except OSError:
            cache.remove(identity)
        finally:
            lock.release()


def _session_of(session: Session, name: str | None) -> SSOSession:
    if name is not None:
        return sso_session_named(name, session.full_config)
    profile = session.profile_name
    found = read_sso_session(profile, session.full_config, legacy=True)
    if found is None:
        raise InvalidConfigError(
            error_msg=f"The profile {profile!r} has no sso_session, and no sso_start_url either: set one, "
            "or name a session with --sso-session."
        )
    return found


def _client_maker(session: Session) -> Any:
    from ..components.config import Config

    def create_client(service: str, region_name: str) -> Any:
        return session.client(service, region_name=region_name, config=Config(signature_version=UNSIGNED))

    return create_client


def _show(code: DeviceCode) -> None:
    print(
        f"To sign in, open this page in a browser, on any device:\n\n  {code.complete_url}\n\n"
        f"It must show the code {code.code} (if it asks for one: {code.url}).",
        flush=True,
    )

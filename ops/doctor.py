"""``sotalia doctor``: which credentials this process would use, and why not the others; fit to be pasted."""

from textwrap import indent

from ..components.errors import SotaliaError
from ..session_core.session import Session
from .cache_state import state_of

__all__ = ["run_doctor"]

SETTINGS = ("profile", "region", "config_file", "credentials_file", "credential_cache", "retry_mode", "ca_bundle")


def run_doctor(profile: str | None) -> int:
    """Print the settings that matter with their sources, then the trace of the chain; 0 if it has credentials."""
    try:
        session = Session(profile_name=profile)
    except SotaliaError as error:
        print(error)
        return 1
    print("settings")
    for name in SETTINGS:
        try:
            print(indent(str(session.explain(name)), "  "))
        except SotaliaError as error:
            print(f"  {name}: {error}")
    print("credential cache")
    try:
        print(indent("\n".join(state_of(session.get_component("credential_cache"))), "  "))
    except SotaliaError as error:
        print(f"  {error}")
    print("credentials")
    try:
        trace = session.explain_credentials()
    except SotaliaError as error:
        print(f"  {error}")
        return 1
    print(indent(str(trace), "  "))
    return 0 if any(attempt.outcome == "found" for attempt in trace) else 1

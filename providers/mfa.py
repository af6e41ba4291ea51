"""Asking a person for the code of an MFA device: one question at a time, and never the same question twice."""

import sys
from collections.abc import Callable
from typing import Any

from ..components.errors import CredentialRetrievalError
from ..components.flight import Flights

__all__ = ["OneQuestion", "Prompter", "ask_at_terminal"]

Prompter = Callable[[str], str]
"""Ask the person at the terminal: takes the text of the question, returns the answer."""


def ask_at_terminal(prompt: str) -> str:
    """Ask at the terminal without an echo; raises ``CredentialRetrievalError`` where there is none."""
    if not _has_terminal():
        raise CredentialRetrievalError(
            provider="assume-role",
            error_msg="an MFA code is needed and there is no terminal to ask for it; "
            "register the session component 'mfa_prompter', a function that takes the question and returns the code",
        )
    from getpass import getpass

    return getpass(prompt)


def _has_terminal() -> bool:
    if sys.stdin is not None and sys.stdin.isatty():
        return True
    try:
        with open("/dev/tty", "rb", buffering=0) as terminal:
            return terminal.isatty()
    except OSError:
        return False


class OneQuestion:
    """Lets one thread ask; those who come meanwhile get what that came to, value or error. Survives a fork."""

    def __init__(self) -> None:
        self._flights = Flights()

    def ask(self, question: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what ``question`` does, here or in the thread that is asking already."""
        while True:
            flight, leads = self._flights.join("question")
            if leads:
                try:
                    flight.result = answer = question()
                    return answer
                except Exception as error:
                    flight.error = error
                    raise
                finally:
                    self._flights.land("question", flight)
            flight.done.wait()
            if flight.error is not None:
                raise flight.error
            if flight.result is not None:  # else it was interrupted by the keyboard
                return dict(flight.result)

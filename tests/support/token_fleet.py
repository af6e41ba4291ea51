"""One worker of a fleet whose members share a rotating refresh token; killed at a step when that is its lot.

It tells who is at it, and how far: ``spot`` is shared, and holds a process id and the number of a step.
"""

import os
import signal
import time
from typing import Any

from signed_in import LOGIN_SESSION, SESSION_NAME, START_URL
from sotalia.providers.login_credentials import LoginCredentials
from sotalia.providers.login_token import LoginToken, login_token_file
from sotalia.providers.sso_config import SSOSession
from sotalia.providers.sso_token import SSOToken, sso_token_file
from sotalia.session import Session

STEPS = ("locked", "staged", "exchanged", "written", "synced", "replaced")


class Worker:
    """Objects that live through all rounds, so that what they remember is stale in each."""

    def __init__(self, kind: str, environ: dict[str, str], lot: Any, spot: Any) -> None:
        self.session = Session(profile_name="p", environ=environ)
        self.lot, self.spot, self.step = lot, spot, None

        def create_client(service: str, region_name: str | None) -> Any:
            return self.session.client(service, region_name=region_name or "us-east-1")

        file = (
            sso_token_file(environ, SSOSession(SESSION_NAME, START_URL, "us-east-1"))
            if kind == "sso"
            else login_token_file(environ, LOGIN_SESSION)
        )
        file._step = self._maybe_die
        if kind == "sso":
            session = SSOSession(SESSION_NAME, START_URL, "us-east-1")
            token = SSOToken(session, file, create_client, login="the command")
            self.get = lambda: token.get_frozen_token().token
        else:
            credentials = LoginCredentials(LoginToken(LOGIN_SESSION, file, create_client), "login")

            def renewed() -> str:
                if credentials.state != "initial":
                    credentials.invalidate(credentials.access_key)  # as when a service refuses it
                return credentials.get_frozen_credentials().access_key

            self.get = renewed

    def _maybe_die(self, step: str) -> None:
        self.spot[:] = (os.getpid(), STEPS.index(step))
        if step == self.step:
            with self.lot.get_lock():
                mine, self.lot.value = self.lot.value, 0
            if mine:
                os.kill(os.getpid(), signal.SIGKILL)


def work(kind: str, environ: dict[str, str], lot: Any, spot: Any, pipe: Any) -> None:
    """Answer each order, the step to die at or ``None``, with the token or the error, until the order is to end."""
    worker = Worker(kind, environ, lot, spot)
    while True:
        worker.step = pipe.recv()
        if worker.step == "end":
            return
        started = time.monotonic()
        try:
            answer = worker.get()
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        pipe.send((answer, time.monotonic() - started))

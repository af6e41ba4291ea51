"""Bearer tokens of a single sign-on session: the token provider ``sso``."""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..components.forksafe import ForkSafeLock
from .provider import NotConfigured

if TYPE_CHECKING:
    from .sso_config import SSOSession
    from .sso_token import CreateClient, SSOToken

__all__ = ["SSOTokens"]


class SSOTokens:
    """The token of the ``sso_session`` that the profile names, for any service; the legacy form has none.

    ``profile_name()`` is asked each time. The token object is kept while the
    session's settings are the same. Safe in threads.
    """

    METHOD = "sso"

    def __init__(
        self,
        load_config: Callable[[], Mapping[str, Any]],
        create_client: "CreateClient",
        profile_name: Callable[[], str | None],
        *,
        environ: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        self._load_config = load_config
        self._create_client = create_client
        self._profile_name = profile_name
        self._environ = os.environ if environ is None else environ
        self._clock = clock
        self._random = random
        self._lock = ForkSafeLock()
        self._known: tuple[SSOSession, SSOToken] | None = None

    def load_token(self, signing_name: str | None = None) -> "SSOToken | NotConfigured":
        """Return the session's token; raises ``InvalidConfigError`` for settings that are missing or differ."""
        config, name = self._load_config(), self._profile_name() or "default"
        profile = (config.get("profiles") or {}).get(name) or {}
        if not profile.get("sso_session"):
            return NotConfigured(f"no sso_session in profile {name!r}", "set it, and run: sotalia sso login")
        from .sso_config import login_command, read_sso_session
        from .sso_token import SSOToken, sso_token_file

        session = read_sso_session(name, config)
        assert session is not None  # its key is there
        known = self._known
        if known is None or known[0] != session:
            with self._lock:
                known = self._known
                if known is None or known[0] != session:
                    file = sso_token_file(self._environ, session)
                    token = SSOToken(
                        session,
                        file,
                        self._create_client,
                        login=login_command(name),
                        clock=self._clock,
                        random=self._random,
                    )
                    known = self._known = session, token
        return known[1]

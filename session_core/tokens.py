"""The chain of bearer tokens of a session."""

from typing import TYPE_CHECKING

from ..providers.sso_tokens import SSOTokens
from ..providers.token_resolver import TokenResolver
from ..providers.tokens import EnvironmentTokens
from .client_arguments import client_maker

if TYPE_CHECKING:
    from .session_view import SessionView

__all__ = ["token_resolver"]


def token_resolver(session: "SessionView") -> TokenResolver:
    """Return the default chain: a token of the environment for one service, then that of the profile's session."""
    settings = session.get_component("config_store")
    return TokenResolver(
        [
            EnvironmentTokens(session.environ),
            SSOTokens(
                lambda: session.full_config,
                client_maker(session.make_client, lambda: settings.get("region")),
                lambda: settings.get("profile"),
                environ=session.environ,
                clock=session.get_component("clock").time,
            ),
        ]
    )

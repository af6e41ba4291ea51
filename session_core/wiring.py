"""The default wiring of a session: every component, and how it is made.

This is the one list. A name that a program registers itself takes the place of
the line here, before the first client or after; factories run at first use.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .session import Session

__all__ = ["default_components"]


def default_components(session: "Session") -> list[tuple[str, Callable[[], Any]]]:
    """Return name and factory of every component of a session."""
    return [
        ("event_emitter", session.new_emitter),  # the session's handlers; clients copy them
        ("config_store", lambda: _settings(session)),  # every setting, with its source
        ("client_config", lambda: None),  # a Config for all clients
        ("data_loader", lambda: _data_loader(session)),  # service models, private ones first
        ("endpoint_resolver", lambda: _endpoint_rules(session)),  # endpoint rule sets of services
        ("regions", lambda: _regions(session)),  # enumeration of partitions and regions
        ("clock", _clock),  # time and waiting
        ("credential_cache", lambda: _credential_cache(session)),  # what the host's processes share
        ("lock", lambda: _lock(session)),  # single flight of fetches over that cache
        ("credential_provider", lambda: _credential_provider(session)),  # the ordered chain
        ("token_provider", _token_provider),  # bearer tokens
        ("transport", _transport),  # a factory of transports, or one transport for all clients
        ("retry_strategy", _retry_strategy),  # a factory of retry strategies, or one for all clients
        ("signers", _signers),  # signers by signature version
        ("serializers", _serializers),  # makes an operation's serializer
        ("parsers", _parsers),  # makes an operation's parser
        ("validators", _validators),  # makes an operation's parameter check
        ("user_agent", _user_agent),  # makes the User-Agent header
        ("exceptions_factory", _exceptions_factory),  # makes client.exceptions
    ]


def _settings(session: "Session") -> Any:
    return session.new_settings()


def _data_loader(session: "Session") -> Any:
    from ..models.loader import DataLoader, search_paths_of

    return DataLoader(search_paths_of(session.get_config_variable("data_path")))


def _endpoint_rules(session: "Session") -> Any:
    from .endpoint_rule_sets import EndpointRuleSets

    return EndpointRuleSets(session.get_component("data_loader"))


def _regions(session: "Session") -> Any:
    from .endpoint_rule_sets import classic_endpoints

    return classic_endpoints(session.get_component("data_loader"))


def _clock() -> Any:
    from ..components.clock import Clock

    return Clock()


def _credential_cache(session: "Session") -> Any:
    from .credentials import open_credential_cache

    return open_credential_cache(session)


def _lock(session: "Session") -> Any:
    from .credentials import open_shared_fetch

    return open_shared_fetch(session)


def _credential_provider(session: "Session") -> Any:
    from .credentials import credential_resolver

    return credential_resolver(session)


def _token_provider() -> Any:
    from ..providers.tokens import EnvironmentTokens

    return EnvironmentTokens()


def _transport() -> Any:
    from ..components.transport import Urllib3Transport

    return Urllib3Transport


def _retry_strategy() -> Any:
    from .retry_strategies import retry_strategy

    return retry_strategy


def _signers() -> Any:
    from ..components.signers.table import SignerTable

    return SignerTable()


def _serializers() -> Any:
    from ..models.serialize import compile_serializer

    return compile_serializer


def _parsers() -> Any:
    from ..models.parse import compile_parser

    return compile_parser


def _validators() -> Any:
    from ..models.validation import compile_operation_validator

    return compile_operation_validator


def _user_agent() -> Any:
    from .user_agent import UserAgent

    return UserAgent()


def _exceptions_factory() -> Any:
    from .exceptions_factory import ClientExceptionsFactory

    return ClientExceptionsFactory()

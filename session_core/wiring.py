"""The default wiring of a session: every component, and how it is made.

This is the one list. A name that a program registers itself takes the place of
the line here, before the first client or after; factories run at first use.
What every client needs is imported here, what only calls need when they need it.
"""

from __future__ import annotations

from ..components.events import EventEmitter
from ..components.settings import Settings
from ..models.loader import data_loader, search_paths_of
from .endpoint_rule_sets import EndpointRuleSets, classic_endpoints
from .event_aliases import EVENT_ALIASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final

    from ..components.event_handlers import BuiltinHandler
    from .session_view import SessionView

__all__ = ["BUILTIN_EMITTER", "DEFAULT_COMPONENTS"]


def _builtin_handlers() -> Mapping[str, BuiltinHandler]:
    from .builtin_handlers import BUILTIN_HANDLERS  # for those who unregister some

    return BUILTIN_HANDLERS


BUILTIN_EMITTER: Final = EventEmitter(EVENT_ALIASES, _builtin_handlers)
"""What the emitter of every session is a copy of: it knows what the library does at events, and calls nothing."""


def _event_emitter(session: SessionView) -> Any:
    return BUILTIN_EMITTER.copy()


def _nothing(_: SessionView) -> Any:
    return None


def _settings(session: SessionView) -> Any:
    return Settings(environ=session.environ, kept_in=session.config_overrides)


def _data_loader(session: SessionView) -> Any:
    return data_loader(search_paths_of(session.get_component("config_store").snapshot().get("data_path")))


def _endpoint_rules(session: SessionView) -> Any:
    return EndpointRuleSets(session.get_component("data_loader"))


def _regions(session: SessionView) -> Any:
    return classic_endpoints(session.get_component("data_loader"))


def _clock(_: SessionView) -> Any:
    from ..components.clock import Clock

    return Clock()


def _credential_cache(session: SessionView) -> Any:
    from .credentials import open_credential_cache

    return open_credential_cache(session)


def _lock(session: SessionView) -> Any:
    from .credentials import open_shared_fetch

    return open_shared_fetch(session)


def _credential_provider(session: SessionView) -> Any:
    from .credentials import credential_resolver

    return credential_resolver(session)


def _mfa_prompter(_: SessionView) -> Any:
    from ..providers.mfa import ask_at_terminal

    return ask_at_terminal


def _token_provider(session: SessionView) -> Any:
    from .tokens import token_resolver

    return token_resolver(session)


def _transport(session: SessionView) -> Any:
    from functools import partial

    from ..components.transport_choice import ChosenTransport

    return partial(ChosenTransport, kind=session.get_config_variable("http_transport"), environ=session.environ)


def _retry_strategy(session: SessionView) -> Any:
    from functools import partial

    from .retry_strategies import retry_strategy

    loader = session.get_component("data_loader")
    return partial(
        retry_strategy, policies=partial(loader.shared, "_retry"), clock=session.get_component("clock").monotonic
    )


def _signers(_: SessionView) -> Any:
    from ..components.signers.table import SignerTable

    return SignerTable()


def _serializers(_: SessionView) -> Any:
    from ..models.serialize import compile_serializer

    return compile_serializer


def _parsers(_: SessionView) -> Any:
    from ..models.parse import compile_parser

    return compile_parser


def _validators(_: SessionView) -> Any:
    from ..models.validation import compile_operation_validator

    return compile_operation_validator


def _user_agent(_: SessionView) -> Any:
    from .user_agent import UserAgent

    return UserAgent()


def _exceptions_factory(_: SessionView) -> Any:
    from .exceptions_factory import ClientExceptionsFactory

    return ClientExceptionsFactory()


DEFAULT_COMPONENTS: Final[Mapping[str, Callable[[SessionView], Any]]] = {
    "event_emitter": _event_emitter,  # the session's handlers; clients copy them
    "config_store": _settings,  # every setting, with its source
    "client_config": _nothing,  # a Config for all clients
    "data_loader": _data_loader,  # service models, private ones first
    "endpoint_resolver": _endpoint_rules,  # endpoint rule sets of services
    "regions": _regions,  # enumeration of partitions and regions
    "clock": _clock,  # time and waiting
    "credential_cache": _credential_cache,  # what the host's processes share
    "credential_cache_keys": _nothing,  # a function that gives the keys of that cache, if not the settings do
    "lock": _lock,  # single flight of fetches over that cache
    "credential_provider": _credential_provider,  # the ordered chain
    "mfa_prompter": _mfa_prompter,  # asks a person for the code of an MFA device
    "token_provider": _token_provider,  # bearer tokens
    "transport": _transport,  # a factory of transports, or one transport for all clients
    "retry_strategy": _retry_strategy,  # a factory of retry strategies, or one for all clients
    "signers": _signers,  # signers by signature version
    "serializers": _serializers,  # makes an operation's serializer
    "parsers": _parsers,  # makes an operation's parser
    "validators": _validators,  # makes an operation's parameter check
    "user_agent": _user_agent,  # makes the User-Agent header
    "exceptions_factory": _exceptions_factory,  # makes client.exceptions
}
"""Name and factory of every component of a session."""

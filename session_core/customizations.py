"""The handlers that come with the library: what a service needs beyond its model."""

from functools import cache

from ..components.events import EventEmitter
from . import customize_s3
from .event_aliases import EVENT_ALIASES

__all__ = ["builtin_emitter"]


@cache
def builtin_emitter() -> EventEmitter:
    """Return the emitter that every session's copies: each service's module registers its own handlers."""
    emitter = EventEmitter(EVENT_ALIASES)
    customize_s3.register(emitter)
    return emitter

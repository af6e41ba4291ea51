"""The handlers that come with the library: what a service needs beyond its model."""

from functools import cache

from ..components.events import EventEmitter
from . import customize_s3

__all__ = ["builtin_emitter"]


@cache
def builtin_emitter() -> EventEmitter:
    """Return the emitter that every session's copies: each service's module registers its own handlers."""
    emitter = EventEmitter()
    customize_s3.register(emitter)
    return emitter

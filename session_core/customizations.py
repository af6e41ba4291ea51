"""What comes with the library for single services: their customizations, and their event handlers."""

from collections.abc import Mapping
from functools import cache

from ..components.events import EventEmitter
from . import customize_eventbridge, customize_polly, customize_s3, customize_s3_control
from .customization import Customization
from .event_aliases import EVENT_ALIASES

__all__ = ["builtin_emitter", "customization_of"]

_PLAIN = Customization()

_BY_SERVICE_ID: Mapping[str, Customization] = {
    "EventBridge": customize_eventbridge.EventBridge(),
    "S3": customize_s3.S3(),
    "S3 Control": customize_s3_control.S3Control(),
}


def customization_of(service_id: str) -> Customization:
    """Return what a service does its own way."""
    return _BY_SERVICE_ID.get(service_id, _PLAIN)


@cache
def builtin_emitter() -> EventEmitter:
    """Return the emitter that every session's copies: each service's module registers its own handlers."""
    emitter = EventEmitter(EVENT_ALIASES)
    customize_polly.register(emitter)
    customize_s3.register(emitter)
    return emitter

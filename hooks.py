"""``sotalia.hooks``: where users of botocore look for the emitter of events."""

from .components.events import EventEmitter, first_non_none_response
from .components.events import EventEmitter as HierarchicalEmitter

__all__ = ["EventEmitter", "HierarchicalEmitter", "first_non_none_response"]

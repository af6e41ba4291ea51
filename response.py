"""``sotalia.response``: where users of botocore look for ``StreamingBody``."""

from .components.streaming import StreamingBody

__all__ = ["StreamingBody"]

"""``sotalia.config``: where users of botocore look for ``Config``."""

from .components.config import Config

__all__ = ["Config"]

"""``sotalia.exceptions``: every error, under the names that users of botocore catch."""

from .components.errors import *  # noqa: F403
from .components.errors import __all__ as __all__

"""``sotalia.exceptions``: every error, under the names that users of botocore catch."""

# No __all__ here: it would have to be written out, and all that is public is meant.
from .components.errors import *  # noqa: F403

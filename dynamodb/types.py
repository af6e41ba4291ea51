"""``sotalia.dynamodb.types``: values of DynamoDB and of Python."""

# No __all__ here: it would have to be written out, and all that is public is meant.
from ..session_core.dynamodb_types import *  # noqa: F403

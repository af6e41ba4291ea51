"""``sotalia.dynamodb.conditions``: ``Key``, ``Attr``, the conditions that they make, and their expressions."""

# No __all__ here: it would have to be written out, and all that is public is meant.
from ..session_core.dynamodb_conditions import *  # noqa: F403
from ..session_core.dynamodb_expressions import *  # noqa: F403

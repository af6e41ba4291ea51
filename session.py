"""``sotalia.session``: where users of boto3 and botocore look for ``Session``."""

from .session_core.default import get_session
from .session_core.session import Session

__all__ = ["Session", "get_session"]

"""``sotalia.waiter``: where users of botocore look for waiters, and make their own."""

from .session_core.waiter import Waiter
from .session_core.waiter_model import WaiterModel, create_waiter_with_client

__all__ = ["Waiter", "WaiterModel", "create_waiter_with_client"]

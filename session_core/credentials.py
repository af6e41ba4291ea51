"""The credential chain of a session, put together from its settings and components."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .session import Session

__all__ = ["credential_resolver", "open_credential_cache", "open_shared_fetch"]

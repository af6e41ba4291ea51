"""``sotalia.stub``: where users of botocore look for ``Stubber`` (``from sotalia.stub import ANY, Stubber``)."""

from .session_core.stubber import ANY, Stubber

__all__ = ["ANY", "Stubber"]

"""``sotalia.paginate``: where users of botocore look for the classes of paginators."""

from .session_core.paginator import PageIterator, Paginator

__all__ = ["PageIterator", "Paginator"]

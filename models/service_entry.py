"""What the index of the store knows of a service."""

from typing import NamedTuple

__all__ = ["ServiceEntry"]


class ServiceEntry(NamedTuple):
    """What the index of the store knows of a service; the names are those of its latest model."""

    name: str
    api_versions: tuple[str, ...]
    service_id: str
    endpoint_prefix: str
    signing_name: str

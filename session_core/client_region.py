"""The region of a client: checked, and mapped to the one that its service answers under."""

from typing import TYPE_CHECKING

from ..components.errors import InvalidRegionError, NoRegionError

if TYPE_CHECKING:
    from ..models.endpoints import ClassicEndpoints

__all__ = ["fallback_url", "validate_region"]


def validate_region(region: str | None) -> None:
    """Raise ``InvalidRegionError`` unless the name can be a host label."""
    if region is None:
        return
    plain = region.replace("-", "a")
    if not (0 < len(region) <= 63 and plain.isascii() and plain.isalnum()) or region[0] == "-" or region[-1] == "-":
        raise InvalidRegionError(region_name=region)


def fallback_url(endpoints: "ClassicEndpoints", prefix: str, region: str | None, use_ssl: bool) -> str:
    """Return the classic host of a service in a region, for a service without endpoint rules.

    ``NoRegionError`` where a region is needed and none is set.
    """
    found = endpoints.construct_endpoint(prefix, region)
    if found is None:
        raise NoRegionError
    return f"{'https' if use_ssl else 'http'}://{found.hostname}"

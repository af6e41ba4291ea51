"""The endpoint URL that is configured for a service, outside of the code."""

from collections.abc import Mapping
from typing import Any

from ..models.shapes import ServiceModel

__all__ = ["configured_endpoint_url"]


def configured_endpoint_url(
    model: ServiceModel, environ: Mapping[str, str], profile: Mapping[str, Any], services: Mapping[str, Any]
) -> str | None:
    """Return the URL by the order of the guide, ``None`` where none is set.

    ``AWS_ENDPOINT_URL_<SERVICE>``, ``AWS_ENDPOINT_URL``, the service's entry in
    the profile's ``services`` section, the profile's ``endpoint_url``. The
    service is named by its id, with underscores for spaces.
    Source: AWS SDKs and Tools guide, "Service-specific endpoints".
    """
    name = str(model.service_id).replace(" ", "_")
    for variable in (f"AWS_ENDPOINT_URL_{name.upper()}", "AWS_ENDPOINT_URL"):
        value = environ.get(variable)
        if value:
            return value
    section = services.get(str(profile.get("services", "")), {})
    own = section.get(name.lower())
    if isinstance(own, Mapping) and own.get("endpoint_url"):
        return str(own["endpoint_url"])
    general = profile.get("endpoint_url")
    return str(general) if general else None

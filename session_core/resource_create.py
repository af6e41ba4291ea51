"""From a session to the resource of a service: ``session.resource("s3")``."""

from typing import Any

from ..components.config import Config
from ..components.errors import DataNotFoundError, ResourceNotExistsError, UnknownAPIVersionError
from .resource import ServiceResource
from .resource_factory import definitions_for

__all__ = ["create_resource"]

_KIND = "resources-1"
_MARK = Config(user_agent_extra="Resource")


def create_resource(session: Any, service_name: str, api_version: str | None, **arguments: Any) -> ServiceResource:
    """Return the resource of a service, with a client of its own that ``arguments`` are for.

    Raises ``ResourceNotExistsError`` and ``UnknownAPIVersionError``, both of which name what there is.
    """
    loader = session.get_component("data_loader")
    try:
        versions: list[str] = loader.list_api_versions(service_name, _KIND)
    except DataNotFoundError:
        known = service_name in session.get_available_services()
        raise ResourceNotExistsError(service_name, session.get_available_resources(), known) from None
    if api_version is None:
        api_version = versions[-1]
    elif api_version not in versions:
        raise UnknownAPIVersionError(service_name, api_version, ", ".join(versions))
    config: Config | None = arguments.pop("config", None)
    if config is None or config.user_agent_extra is None:
        config = _MARK if config is None else config.merge(_MARK)
    client = session.client(service_name, api_version=api_version, config=config, **arguments)
    definitions = definitions_for(loader, service_name, api_version, client.meta.service_model)
    return definitions.class_of("ServiceResource", client)(client=client)

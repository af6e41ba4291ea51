"""What a client was asked for."""

from typing import Any

from ..components.config import Config

__all__ = ["ClientArguments"]


class ClientArguments:
    """What a client was asked for, as given."""

    __slots__ = (
        "api_version",
        "config",
        "credentials",
        "endpoint_url",
        "region_name",
        "service_name",
        "use_ssl",
        "verify",
    )

    def __init__(
        self,
        service_name: str,
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        credentials: Any = None,
        config: Config | None = None,
    ) -> None:
        self.service_name = service_name
        self.region_name = region_name
        self.api_version = api_version
        self.use_ssl = use_ssl
        self.verify = verify
        self.endpoint_url = endpoint_url
        self.credentials = credentials
        self.config = config

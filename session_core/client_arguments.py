"""What a client was asked for."""

from __future__ import annotations

from ..components.config import Config

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["ClientArguments", "client_maker"]


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
        _expect("service_name", service_name, str)
        if region_name is not None:
            _expect("region_name", region_name, str)
        if api_version is not None:
            _expect("api_version", api_version, str)
        if endpoint_url is not None:
            _expect("endpoint_url", endpoint_url, str)
        if config is not None:
            _expect("config", config, Config)
        self.service_name = service_name
        self.region_name = region_name
        self.api_version = api_version
        self.use_ssl = use_ssl
        self.verify = verify
        self.endpoint_url = endpoint_url
        self.credentials = credentials
        self.config = config


def client_maker(
    make_client: Callable[[ClientArguments], Any], default_region: Callable[[], str | None]
) -> Callable[..., Any]:
    """Return ``create_client(service, region_name=None, credentials=None, ...)``, as providers are handed it."""

    def create_client(service: str, *, region_name: str | None = None, credentials: Any = None, **options: Any) -> Any:
        region = region_name or default_region()
        return make_client(ClientArguments(service, region, credentials=credentials, **options))

    return create_client


def _expect(name: str, value: object, wanted: type) -> None:
    if not isinstance(value, wanted):
        raise TypeError(f"{name} must be a {_full_name(wanted)}, not a {_full_name(type(value))}")


def _full_name(cls: type) -> str:
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"

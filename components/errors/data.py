"""Errors of service models, regions and endpoints."""

from __future__ import annotations

from .base import BotoCoreError, SotaliaError

__all__ = [
    "ApiVersionNotFoundError",
    "BaseEndpointResolverError",
    "DataNotFoundError",
    "EndpointDiscoveryException",
    "EndpointDiscoveryRefreshFailed",
    "EndpointDiscoveryRequired",
    "EndpointProviderError",
    "EndpointResolutionError",
    "EndpointVariantError",
    "InvalidEndpointConfigurationError",
    "InvalidEndpointDiscoveryConfigurationError",
    "InvalidEndpointUrlError",
    "InvalidHostLabelError",
    "InvalidModelError",
    "InvalidRegionError",
    "MissingServiceIdError",
    "NoRegionError",
    "ServiceNotInRegionError",
    "StoreError",
    "UndefinedModelAttributeError",
    "UnknownClientMethodError",
    "UnknownEndpointError",
    "UnknownEndpointResolutionBuiltInName",
    "UnknownFIPSEndpointError",
    "UnknownRegionError",
    "UnknownServiceError",
    "UnknownServiceStyle",
    "UnsupportedServiceProtocolsError",
]


class DataNotFoundError(BotoCoreError):
    """No model data is known at ``data_path`` (such as ``s3/2006-03-01/waiters-2``)."""

    fmt = "Unable to load data for: {data_path}"


class UnknownServiceError(DataNotFoundError):
    """The service is in no store and no data path; the message ends with near matches."""

    fmt = "Unknown service: '{service_name}'. Valid service names are: {known_service_names}"


class UnknownRegionError(BotoCoreError):
    """The region belongs to no known partition."""

    fmt = "Unknown region: '{region_name}'. {error_msg}"


class ApiVersionNotFoundError(BotoCoreError):
    """The service is known, the api version is not."""

    fmt = "Unable to load data {data_path} for: {api_version}"


class StoreError(BotoCoreError):
    """The compiled model store cannot be read."""

    fmt = "Cannot read the model store {path}: {reason}. {remedy}"


class InvalidModelError(BotoCoreError):
    """A model file is broken; ``path`` is the file and ``pointer`` the JSON pointer in it."""

    fmt = "Invalid service model {path} at {pointer!r}: {reason}"


class UnknownClientMethodError(BotoCoreError):
    """The client has no such method."""

    fmt = "The client has no method {method_name!r}"


class UnknownServiceStyle(BotoCoreError):
    """The protocol family of the service is not known."""

    fmt = "No service style {service_style!r} is known"


class UnsupportedServiceProtocolsError(BotoCoreError):
    """The service speaks none of the protocols that this version speaks."""

    fmt = (
        "No protocol in common for service {service}: it offers {service_supported_protocols}, "
        "this version speaks {botocore_supported_protocols}."
    )


class ServiceNotInRegionError(BotoCoreError):
    """The service has no endpoint in the region."""

    fmt = "{service_name} has no endpoint in {region_name}"


class BaseEndpointResolverError(BotoCoreError):
    """No endpoint could be worked out."""

    fmt = "The endpoint could not be resolved"


class NoRegionError(BaseEndpointResolverError):
    """The service needs a region and none is configured."""

    fmt = "You must specify a region."

    def __str__(self) -> str:
        return (
            f"{self.fmt} Pass region_name, set AWS_REGION or AWS_DEFAULT_REGION, or put "
            "'region' in the profile of the AWS config file."
        )


class EndpointVariantError(BaseEndpointResolverError):
    """No endpoint has the wanted variants (FIPS, dual-stack)."""

    fmt = "No endpoint is known with these variants: {tags}"


class UnknownEndpointError(BaseEndpointResolverError, ValueError):
    """No endpoint is known for the service in the region."""

    fmt = "No endpoint is known for {service_name} in region {region_name}"


class UnknownFIPSEndpointError(BaseEndpointResolverError):
    """The pseudo-region names a FIPS endpoint that nobody knows."""

    fmt = "{region_name} names no FIPS endpoint of {service_name}; use a plain region with use_fips_endpoint=True"


class InvalidRegionError(BotoCoreError, ValueError):
    """The region name cannot be a host label."""

    fmt = "Invalid region_name '{region_name}': a region has letters, digits and inner hyphens, at most 63 characters."

    def __str__(self) -> str:
        return super().__str__() + str(self.kwargs.get("hint", ""))


class InvalidHostLabelError(BotoCoreError):
    """A parameter that becomes part of the host name is no valid host label."""

    fmt = "Invalid host label: '{label}'"


class EndpointProviderError(BotoCoreError):
    """The endpoint rules cannot be used."""

    fmt = "{msg}"


class EndpointResolutionError(EndpointProviderError):
    """The endpoint rules refuse this combination of parameters, and say why."""

    fmt = "{msg}"


class UnknownEndpointResolutionBuiltInName(EndpointProviderError):
    """The endpoint rules ask for a built-in value that is not known."""

    fmt = "The endpoint rules ask for an unknown built-in: {name}"


class InvalidEndpointConfigurationError(BotoCoreError):
    """Endpoint settings contradict each other."""

    fmt = "{msg}"


class InvalidEndpointUrlError(BotoCoreError, ValueError):
    """An endpoint URL has no scheme or no host."""

    fmt = "Invalid endpoint: {endpoint_url}. Write it in full, as in https://host:port/path."


class InvalidEndpointDiscoveryConfigurationError(BotoCoreError):
    """``endpoint_discovery_enabled`` is not one of its values."""

    fmt = "endpoint_discovery_enabled must be true, false or auto, not {config_value!r}"


class EndpointDiscoveryException(BotoCoreError):
    """The endpoint of an operation could not be discovered."""

    fmt = "Endpoint discovery failed"


class EndpointDiscoveryRequired(EndpointDiscoveryException):
    """The operation needs endpoint discovery, and it is switched off."""

    fmt = (
        "{operation_name} works only at an endpoint that is discovered, and endpoint discovery is switched off. Set "
        "endpoint_discovery_enabled to auto in Config or the profile, or unset AWS_ENDPOINT_DISCOVERY_ENABLED."
    )


class EndpointDiscoveryRefreshFailed(EndpointDiscoveryException):
    """The operation needs endpoint discovery, and the service did not answer with an endpoint."""

    fmt = "Endpoint discovery failed, and the operation needs it: {error}"


class UndefinedModelAttributeError(SotaliaError):
    """A service model lacks an attribute that was asked for."""


class MissingServiceIdError(UndefinedModelAttributeError):
    """A service model lacks its ``serviceId``."""

    fmt = "The model of {service_name} has no serviceId in its metadata"

    def __init__(self, **kwargs: str) -> None:
        super().__init__(self.fmt.format(**kwargs))
        self.kwargs = kwargs

    def __reduce__(self) -> tuple[object, ...]:
        return _missing_service_id, (self.kwargs,)


def _missing_service_id(kwargs: dict[str, str]) -> MissingServiceIdError:
    return MissingServiceIdError(**kwargs)

"""Errors of resources and of DynamoDB's conditions, under boto3's names."""

from collections.abc import Sequence
from typing import Any

from .base import SotaliaError
from .data import DataNotFoundError

__all__ = [
    "Boto3Error",
    "DynamoDBNeedsConditionError",
    "DynamoDBNeedsKeyConditionError",
    "DynamoDBOperationNotSupportedError",
    "DynanmoDBOperationNotSupportedError",
    "InvalidCrtTransferConfigError",
    "NoVersionFound",
    "PythonDeprecationWarning",
    "ResourceLoadException",
    "ResourceNotExistsError",
    "UnknownAPIVersionError",
]


class Boto3Error(SotaliaError):
    """The base of the errors that boto3 has besides botocore's."""


class ResourceLoadException(Boto3Error):
    """A resource has no data, and nothing that loads them."""


class ResourceNotExistsError(Boto3Error, DataNotFoundError):
    """A service has no resources; the text names those that have, and the client if there is one."""

    def __init__(self, service_name: str, available_services: Sequence[str], has_low_level_client: bool) -> None:
        listed = "\n".join(f"   - {name}" for name in available_services)
        hint = (
            f"\nUse client({service_name!r}), which has every operation of the service." if has_low_level_client else ""
        )
        Exception.__init__(self, f"No resources for {service_name!r}. These services have some:\n{listed}{hint}")
        self.kwargs = {
            "service_name": service_name,
            "available_services": available_services,
            "has_low_level_client": has_low_level_client,
        }


class UnknownAPIVersionError(Boto3Error, DataNotFoundError):
    """A service has resources, but not in this api version; the text names those that it has."""

    def __init__(self, service_name: str, bad_api_version: str, available_api_versions: str) -> None:
        known = f"The api versions with resources: {available_api_versions}"
        Exception.__init__(self, f"No resources for {service_name!r} in api version {bad_api_version}. {known}")
        self.kwargs = {
            "service_name": service_name,
            "bad_api_version": bad_api_version,
            "available_api_versions": available_api_versions,
        }


_HOW = "conditions are made by methods of Key and Attr, such as Attr('name').eq(value)"


class DynamoDBOperationNotSupportedError(Boto3Error):
    """Something that is no condition was combined by ``&``, ``|`` or ``~``."""

    def __init__(self, operation: str, value: Any) -> None:
        super().__init__(f"{operation} needs conditions, not a {type(value).__name__}: {_HOW}")
        self.operation = operation
        self.value = value

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.operation, self.value)


DynanmoDBOperationNotSupportedError = DynamoDBOperationNotSupportedError
"""The same, as boto3 first spelled it."""


class DynamoDBNeedsConditionError(Boto3Error):
    """A condition was expected, and something else was given."""

    def __init__(self, value: Any) -> None:
        super().__init__(f"A condition is needed here, not a {type(value).__name__}: {_HOW}")
        self.value = value

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.value,)


class DynamoDBNeedsKeyConditionError(Boto3Error):
    """A key condition names an attribute by ``Attr``, where it needs ``Key``."""


class NoVersionFound(Boto3Error):
    """For programs that catch it; nothing raises it."""


class InvalidCrtTransferConfigError(Boto3Error):
    """For programs that catch it; nothing raises it, as there is one client of transfers."""


class PythonDeprecationWarning(Warning):
    """For programs that filter it; nothing warns with it."""

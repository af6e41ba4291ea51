"""The types of errors: one root, attributes, names that are exported."""

from collections.abc import Mapping
from typing import Any, assert_type

import sotalia
from sotalia import exceptions
from sotalia.exceptions import BotoCoreError, ClientError, NoCredentialsError, ParamValidationError


def caught() -> None:
    try:
        sotalia.client("s3").list_buckets()
    except ClientError as error:
        assert_type(error, ClientError)
        assert_type(error.response, Mapping[str, Any])
        assert_type(error.operation_name, str)
    except ParamValidationError as error:
        assert_type(error.kwargs, dict[str, Any])
    except (NoCredentialsError, exceptions.EndpointConnectionError) as error:
        assert_type(error, NoCredentialsError | exceptions.EndpointConnectionError)
    except BotoCoreError as error:
        assert_type(error.fmt, str)


def roots(error: ClientError, other: BotoCoreError) -> tuple[exceptions.SotaliaError, exceptions.SotaliaError]:
    return error, other


def mistakes() -> None:
    ClientError("text")  # type: ignore[call-arg,arg-type] # pyright: ignore[reportCallIssue]
    exceptions.NoSuchError  # type: ignore[attr-defined] # noqa: B018 # pyright: ignore

"""A failure as data: how the error of one process is raised again in another, without a pickle and without a secret."""

from collections.abc import Mapping
from typing import Any

from .after_fork import import_whole

_ERRORS = f"{__package__}.errors"

__all__ = ["describe_failure", "rebuild_failure"]


def _fields(template: str) -> list[str]:
    import_whole("string")
    from string import Formatter

    return [name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(template) if name]


def describe_failure(error: Exception) -> tuple[str, dict[str, Any]]:
    """Return the text of the error, and what rebuilds it.

    Only sotalia's own errors keep their message, which holds no secret by
    rule; of any other exception nothing but the class (and the reason that the
    operating system gave) is kept.
    """
    import_whole(_ERRORS)
    from . import errors

    if isinstance(error, errors.ClientError):
        answer = error.response.get("Error", {})
        response = {"Error": {"Code": str(answer.get("Code", "Unknown")), "Message": str(answer.get("Message", ""))}}
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if isinstance(status, int):
            response["ResponseMetadata"] = {"HTTPStatusCode": status}  # type: ignore[dict-item] # JSON
        return str(error), {"type": "ClientError", "response": response, "operation": error.operation_name}
    if isinstance(error, errors.BotoCoreError):
        known = [cls.__name__ for cls in type(error).__mro__ if getattr(errors, cls.__name__, None) is cls]
        kwargs = {name: str(error.kwargs[name]) for name in _fields(error.fmt) if name in error.kwargs}
        return str(error), {"type": known[0], "kwargs": kwargs}
    text = type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        text = f"{text}: {error.strerror}"
    return text, {}


def rebuild_failure(provider: str, text: str, details: Mapping[str, Any] | None) -> Exception:
    """Return the error that ``describe_failure`` described, of the same class where that is one of sotalia's."""
    import_whole(_ERRORS)
    from . import errors

    details = details or {}
    try:
        if details.get("type") == "ClientError":
            return errors.ClientError(details["response"], details["operation"])
        cls = getattr(errors, details.get("type", ""), None)
        if isinstance(cls, type) and issubclass(cls, errors.BotoCoreError):
            error: errors.BotoCoreError = cls(**details["kwargs"])
            if str(error) == text:
                return error
    except (TypeError, KeyError, ValueError, AttributeError, IndexError):
        pass  # an error with a constructor of its own, or written by another version
    return errors.CredentialRetrievalError(provider=provider, error_msg=text)

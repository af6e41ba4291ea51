"""One call of STS that gives a set of credentials: its parameters, its answer, and what names the result."""

from collections.abc import Callable, Mapping
from typing import Any

from ..components.errors import CredentialRetrievalError
from .credential_set import epoch_of, iso_of

__all__ = ["CreateClient", "ask_sts", "create_assume_role_refresher", "named_arguments"]

CreateClient = Callable[..., Any]
"""``create_client("sts", region_name=..., credentials=...)`` returns a client; ``Session.client`` is one."""


def ask_sts(
    client: Any, operation: str, parameters: Mapping[str, Any], method: str, clock: Callable[[], float]
) -> dict[str, Any]:
    """Call an operation and close the client; return what ``read_metadata`` wants.

    A session name that is not given is made up. What STS refuses comes through
    as ``ClientError``; an answer that is no good raises
    ``CredentialRetrievalError``, which quotes nothing of it.
    """
    given = dict(parameters)
    if "RoleSessionName" not in given:
        given["RoleSessionName"] = f"sotalia-session-{int(clock())}"
    try:
        answer = getattr(client, operation)(**given)
    finally:
        close = getattr(client, "close", None)
        if close is not None:
            close()
    return _read(answer, operation, method)


def _read(answer: Any, operation: str, method: str) -> dict[str, Any]:
    try:
        found = answer["Credentials"]
        arn = answer.get("AssumedRoleUser", {}).get("Arn", "")
        account = arn.split(":")[4] if arn.count(":") >= 5 else ""
        return {
            "access_key": found["AccessKeyId"],
            "secret_key": found["SecretAccessKey"],
            "token": found["SessionToken"],
            "expiry_time": iso_of(epoch_of(found["Expiration"])),
            "account_id": account or None,
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise CredentialRetrievalError(
            provider=method, error_msg=f"STS answered {operation} without a proper set of credentials"
        ) from None


def create_assume_role_refresher(client: Any, params: Mapping[str, Any]) -> Callable[[], dict[str, Any]]:
    """Return a function for ``refresh_using`` that assumes a role with a client of STS, which stays open."""

    def refresh() -> dict[str, Any]:
        return _read(client.assume_role(**params), "assume_role", "assume-role")

    return refresh


def named_arguments(arguments: Mapping[str, Any], scope: Mapping[str, str | None] | None) -> dict[str, str | None]:
    """Return what the arguments of a call, and which STS is called, add to the name of a shared entry.

    A session name is among them when somebody chose it, because it is what
    CloudTrail attributes a call to: two workers that asked for two names never
    share a set. A made-up name is not: nobody asked for it, and with it every
    process would have credentials of its own.
    """
    named: dict[str, str | None] = {f"sts.{name}": value for name, value in (scope or {}).items()}
    for name, value in arguments.items():
        named[f"argument.{name}"] = value if isinstance(value, str) else _json(value)
    return named


def _json(value: Any) -> str:
    from json import dumps

    return dumps(value, sort_keys=True, separators=(",", ":"), default=str)

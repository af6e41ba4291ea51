"""Signing in with a device: a person approves a code in a browser, and the token file of the AWS CLI is written.

Source: RFC 8628, IAM Identity Center OIDC API reference.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, NoReturn

from ..components.errors import ClientError, TokenRetrievalError
from .cli_token_file import Document, TokenFile
from .credential_set import iso_of
from .sso_config import SSOSession
from .sso_token import CreateClient

__all__ = ["DeviceCode", "sign_in", "sign_out"]

DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
DEFAULT_SCOPES: Final = ("sso:account:access",)
_SLOWER: Final = 5.0  # seconds more between two polls, by RFC 8628, section 3.5
_WAIT: Final = 30.0


class DeviceCode(NamedTuple):
    """What the person needs: where to go, and the code to compare."""

    url: str
    code: str
    complete_url: str
    expires_in: float


def sign_in(
    session: SSOSession,
    file: TokenFile,
    create_client: CreateClient,
    show: Callable[[DeviceCode], object],
    *,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> float:
    """Ask for a device code, ``show`` it, wait for its approval and write the token; return the token's end.

    A named session gets a token that renews itself, the legacy form one that
    does not. The end is in epoch seconds. Raises ``TokenRetrievalError`` when
    the person refuses or the code runs out, ``TokenFileError`` when the file
    cannot be written, and what the client raises.
    """
    client = create_client("sso-oidc", region_name=session.region)
    try:
        registration = client.register_client(**_registration(session, clock()))
        known = {"clientId": registration["clientId"], "clientSecret": registration["clientSecret"]}
        started = client.start_device_authorization(**known, startUrl=session.start_url)
        code = DeviceCode(
            started["verificationUri"],
            started["userCode"],
            started.get("verificationUriComplete") or started["verificationUri"],
            float(started.get("expiresIn") or 600),
        )
        show(code)
        until = clock() + code.expires_in
        answer = _poll(client, known, started, until, clock, sleep)
    finally:
        client.close()
    now = int(clock())
    ends = now + int(answer["expiresIn"])
    document = {
        "startUrl": session.start_url,
        "region": session.region,
        "accessToken": answer["accessToken"],
        "expiresAt": iso_of(ends),
    }
    if session.name is not None:
        document |= {**known, "registrationExpiresAt": iso_of(float(registration["clientSecretExpiresAt"]))}
        if answer.get("refreshToken"):
            document["refreshToken"] = answer["refreshToken"]
    file.write(document, wait=_WAIT)
    return float(ends)


def sign_out(document: Document, session_region: str, create_client: CreateClient) -> bool:
    """Tell the portal that a token is to be used no more; ``False`` if it did not know it any more."""
    client = create_client("sso", region_name=document.get("region") or session_region)
    try:
        client.logout(accessToken=document["accessToken"])
        return True
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "UnauthorizedException":
            return False
        raise
    finally:
        client.close()


def _registration(session: SSOSession, now: float) -> dict[str, Any]:
    given: dict[str, Any] = {"clientName": f"sotalia-client-{int(now)}", "clientType": "public"}
    if session.name is not None:
        given["scopes"] = list(session.scopes or DEFAULT_SCOPES)
        given["grantTypes"] = [DEVICE_GRANT, "refresh_token"]
    return given


def _poll(
    client: Any,
    known: Mapping[str, str],
    started: Mapping[str, Any],
    until: float,
    clock: Callable[[], float],
    sleep: Callable[[float], object],
) -> Mapping[str, Any]:
    interval = float(started.get("interval") or 5)
    while True:
        sleep(interval)
        if clock() >= until:
            _refuse("nobody approved the code in time")
        try:
            found: Mapping[str, Any] = client.create_token(
                **known, grantType=DEVICE_GRANT, deviceCode=started["deviceCode"]
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if code == "SlowDownException":
                interval += _SLOWER
            elif code == "ExpiredTokenException":
                _refuse("nobody approved the code in time")
            elif code == "AccessDeniedException":
                _refuse("the request was refused in the browser")
            elif code != "AuthorizationPendingException":
                raise
        else:
            if not found.get("accessToken") or not isinstance(found.get("expiresIn"), int):
                _refuse("the service answered without a proper token")
            return found


def _refuse(reason: str) -> NoReturn:
    raise TokenRetrievalError(provider="sso", error_msg=f"{reason}. Run the command again to get another code")

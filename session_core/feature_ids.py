"""Which features a client was made with, as the short marks that the AWS SDKs put into the user agent.

Source: the user agent 2.1 form of the AWS SDKs (``m/``, business metrics).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ..components.config import Config

__all__ = ["feature_ids"]

_RETRIES: Final = {"legacy": "D", "standard": "E", "adaptive": "F"}
_CHECKSUMS: Final = "Z"
_REQUIRED_CHECKSUMS: Final = "a"
_ANSWER_CHECKSUMS: Final = {"when_supported": "b", "when_required": "c"}
_ACCOUNT_IDS: Final = {"preferred": "P", "disabled": "Q", "required": "R"}
_OWN_ENDPOINT: Final = "N"


def feature_ids(
    config: "Config", parameters: Mapping[str, Any], own_endpoint: bool, checksums: bool
) -> tuple[str, ...]:
    """Return the marks of a client.

    ``parameters`` are those of its endpoint rules, ``checksums`` says whether it
    adds some that nobody demands.
    """
    retries = config.retries or {}
    found = [
        _RETRIES.get(str(retries.get("mode"))),
        _OWN_ENDPOINT if own_endpoint else None,
        _CHECKSUMS if checksums else _REQUIRED_CHECKSUMS,
        _ANSWER_CHECKSUMS.get(config.response_checksum_validation or ""),
    ]
    if "AccountIdEndpointMode" in parameters:
        found.append(_ACCOUNT_IDS.get(config.account_id_endpoint_mode or "preferred"))
    return tuple(mark for mark in found if mark is not None)

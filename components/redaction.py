"""What a log record must not show, taken out of it."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

from .secret import REDACTED, Secret

__all__ = ["redact", "redact_foreign", "redact_text", "redact_values"]

_DEPTH: Final = 6
_ITEMS: Final = 50

# The last word of a key tells: session_token is secret, token_file and token_expiry are not.
_SECRET_WORDS: Final = frozenset(
    {"auth", "authorization", "body", "cookie", "credential", "credentials", "passwd", "password", "payload"}
    | {"secret", "secrets", "signature", "token", "tokens"}
)
_SECRET_ENDINGS: Final = ("secret_key", "secret_access_key", "private_key", "session_key", "data_key", "cache_key")

_IN_TEXT: Final = (
    # the query of a presigned URL, and the same names in any other text
    re.compile(
        r"(?i)\b((?:X-Amz-(?:Signature|Security-Token|Credential|S3session-Token)|Signature|Authorization)=)[^&\s\"']+"
    ),
    # an Authorization header written out
    re.compile(r"(?i)\b(Authorization['\"]?\s*:\s*['\"]?)(?:AWS4?\S*|Bearer|Basic)\s[^\r\n\"']+"),
    # user and password of a URL
    re.compile(r"(://)[^/\s:]{0,200}:[^/\s]{1,200}(?=@)"),
)

# What may be a key or a token in a text that somebody else wrote: the value of a telling name, and long words.
_NAMED: Final = re.compile(
    r"(?i)([\w.-]*(?:secret|token|passw|passphrase|credential|authorization|signature|private|api_?key)[\w.-]*"
    r"[\"']?\s*[:=]\s*)(?:\"[^\"]*\"?|'[^']*'?|[^\s\"',;}]+)"
)
_LONG_WORD: Final = re.compile(r"[A-Za-z0-9+/=_-]{32,}")
_BLANKS: Final = re.compile(r"[\x00-\x20\x7f-\x9f]+")
_LONGEST: Final = 300


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take secrets out of an event; a structlog processor."""
    for key, value in event.items():
        if key != "exc_info":
            event[key] = redact_values(key, value)
    return event


def redact_values(key: str, value: Any, depth: int = _DEPTH) -> Any:
    """Return a value as it may be shown under the key: containers are copied, secrets and bytes replaced."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Secret) or _is_secret(key):
        return REDACTED
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        if depth == 0:
            return "..."
        if isinstance(value, Mapping):
            pairs = list(value.items())[:_ITEMS]
            return {str(name): redact_values(str(name), inner, depth - 1) for name, inner in pairs}
        return [redact_values(key, inner, depth - 1) for inner in list(value)[:_ITEMS]]
    return redact_text(_repr(value))


def redact_text(text: str) -> str:
    """Return the text without signatures, authorization and passwords of URLs."""
    for pattern in _IN_TEXT:
        text = pattern.sub(rf"\g<1>{REDACTED}", text)
    return text


def redact_foreign(text: str) -> str:
    """Return one short line of a text that another program wrote, without anything that may be a secret.

    Rather too little than too much is left: words of 32 letters and more are
    gone, as are the values of names like ``token`` or ``password``.
    """
    text = redact_text(_BLANKS.sub(" ", text).strip())
    text = _LONG_WORD.sub(REDACTED, _NAMED.sub(rf"\g<1>{REDACTED}", text))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _is_secret(key: str) -> bool:
    name = key.lower().replace("-", "_")
    return name.rpartition("_")[2] in _SECRET_WORDS or name.endswith(_SECRET_ENDINGS)


def _repr(value: object) -> str:
    try:
        return repr(value)
    except Exception:  # a value that cannot be shown must not break what it is logged about
        return f"<{type(value).__name__}>"

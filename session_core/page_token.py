"""Resume tokens of paginators, in the format that boto3's users have stored: base64 of JSON."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["decode_token", "encode_token"]

_TRUNCATED = "boto_truncate_amount"
_BINARY = "boto_encoded_keys"


def encode_token(token: Mapping[str, Any], skip: int) -> str:
    """Return the text of a token; ``skip`` items of its page were handed out already.

    Binary values become base64 text, and their paths are kept beside them.
    """
    places: list[list[Any]] = []
    plain: dict[str, Any] = _to_text(token, [], places)
    if skip:
        plain[_TRUNCATED] = skip
    if places:
        plain[_BINARY] = places
    return b64encode(json.dumps(plain).encode()).decode()


def decode_token(text: str, names: Sequence[str]) -> tuple[dict[str, Any], int]:
    """Return the token of a text and how many items to skip.

    Text that is no token of ours is a service's own token, perhaps in the old
    form ``token___items``. ``ValueError`` if it does not fit the ``names``.
    """
    try:
        token = json.loads(b64decode(text.encode(), validate=True))
        if not isinstance(token, dict):
            raise ValueError
    except ValueError:  # binascii's and json's errors are its subclasses
        return _old_form(text, names)
    skip = token.pop(_TRUNCATED, 0)
    for path in token.pop(_BINARY, ()):
        *way, last = path
        place = token
        for step in way:
            place = place[step]
        place[last] = b64decode(place[last])
    return token, int(skip)


def _to_text(value: Any, path: list[Any], places: list[list[Any]]) -> Any:
    if isinstance(value, bytes):
        places.append(path)
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: _to_text(item, [*path, name], places) for name, item in value.items()}
    if isinstance(value, list):
        return [_to_text(item, [*path, index], places) for index, item in enumerate(value)]
    return value


def _old_form(text: str, names: Sequence[str]) -> tuple[dict[str, Any], int]:
    parts = text.split("___")
    skip = 0
    if len(parts) == len(names) + 1:
        try:
            skip = int(parts[-1])
            parts.pop()
        except ValueError:
            parts = [text]
    if len(parts) > len(names):
        raise ValueError(f"the StartingToken has {len(parts)} parts, the operation's token has {len(names)}")
    missing = ["None"] * (len(names) - len(parts))
    return {n: None if part == "None" else part for n, part in zip(names, parts + missing, strict=True)}, skip

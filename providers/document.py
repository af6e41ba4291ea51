"""The JSON document with credentials that programs and metadata services give."""

from typing import Any

__all__ = ["check_keys", "read_object"]


def read_object(body: bytes) -> dict[str, Any]:
    """Return the object that a JSON text holds; raises ``ValueError``, which quotes nothing, for anything else."""
    from json import loads

    try:
        found = loads(body)
    except (ValueError, RecursionError):
        raise ValueError("something that is no JSON" if body.strip() else "nothing") from None
    if not isinstance(found, dict):
        raise ValueError("JSON that is no object")
    return found


def check_keys(document: dict[str, Any], *names: str) -> None:
    """Raise ``ValueError``, which says what is missing, unless each of these names has a text."""
    missing = [name for name in names if not isinstance(document.get(name), str)]
    if missing:
        *others, last = missing
        raise ValueError(f"a document without {', '.join(others)}{' and ' if others else ''}{last}")

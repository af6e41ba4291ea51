"""What operations are called in Python."""

from functools import lru_cache

__all__ = ["python_name"]

# Names in mixed case that read as one word.
_WORDS = {
    "HITsFor": "HitsFor",
    "iSCSI": "Iscsi",
    "PartiQL": "Partiql",
    "OAuth2": "Oauth2",
    "WhatsApp": "Whatsapp",
    "OTel": "Otel",
}

# A name that boto3 splits otherwise than its sisters.
_IRREGULAR = {"CreateOAuth2TokenWithTokenExchange": ("create", "o", "auth2", "token", "with", "token", "exchange")}


@lru_cache(maxsize=32768)
def python_name(name: str, separator: str = "_") -> str:
    """Return an operation's method name (``ListObjectsV2`` becomes ``list_objects_v2``).

    A word starts at a capital that follows a small letter or a digit, and at a
    capital that a small letter follows; an acronym in the plural at the end
    (``ListARNs``) is one word. The names are those of boto3.
    """
    if separator in name:
        return name
    if name in _IRREGULAR:
        return separator.join(_IRREGULAR[name])
    for word, plain in _WORDS.items():
        if word in name:
            name = name.replace(word, plain)
    end = len(name)
    if name.endswith("s") and end > 2 and name[-3:-1].isupper():
        end -= 1
        while end > 1 and name[end - 1].isupper():
            end -= 1
    pieces: list[str] = []
    start = 0
    for index in range(1, end + 1):
        if index >= len(name):
            break
        if not name[index].isupper():
            continue
        before = name[index - 1]
        follows = index + 1 < len(name) and name[index + 1].islower() and index < end
        if before.islower() or before.isdigit() or follows:
            pieces.append(name[start:index])
            start = index
    pieces.append(name[start:])
    return separator.join(piece for piece in pieces if piece).lower()

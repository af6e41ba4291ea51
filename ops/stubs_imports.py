"""What a module of stubs imports: what its text uses, and no more."""

import re
from collections.abc import Mapping, Sequence

__all__ = ["HEAD", "with_imports"]

HEAD = '"""{what}, written by ``sotalia stubs``: changes are lost when it runs again."""\n\n'

_HOMES: Mapping[str, Sequence[str]] = {
    "collections.abc": ("Callable", "Iterable", "Mapping", "Sequence"),
    "datetime": ("datetime",),
    "typing": ("Any", "Literal", "Required", "Self", "TypeAlias", "TypedDict", "Unpack", "overload"),
    "sotalia.components.call_options": ("CallOptions",),
    "sotalia.components.errors": ("ClientError",),
    "sotalia.components.streaming": ("StreamingBody",),
    "sotalia.session_core.dynamodb_conditions": ("ConditionBase",),
    "sotalia.session_core.dynamodb_table": ("BatchWriter",),
    "types_sotalia": (
        *("Blob", "CollectionManager", "CopySourceTypeDef", "Document", "EmptyResultTypeDef", "EventStream"),
        *("PageIterator", "Paginator", "PaginatorConfigTypeDef", "ResourceCollection", "ResourceMeta"),
        *("ResponseMetadataTypeDef", "ServiceClient", "Timestamp", "Waiter", "WaiterConfigTypeDef"),
    ),
}
"""Where names come from."""

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORD = re.compile(r"\w+")


def with_imports(what: str, body: str) -> str:
    """Return the text of a module that is described as ``what``."""
    used = set(_WORD.findall(_TEXT.sub("", body)))
    lines = []
    for module, names in _HOMES.items():
        found = [name for name in names if name in used]
        if found:
            lines.append(f"from {module} import {', '.join(found)}\n")
    return f"{HEAD.format(what=what)}{''.join(lines)}\n{body}"

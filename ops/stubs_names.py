"""Names in stubs: what a module, a class or a parameter of a service may be called in Python."""

import keyword

__all__ = ["Names", "as_name", "is_name", "module_name"]

_USED = (
    *("Any", "BatchWriter", "Blob", "CallOptions", "Callable", "ClientError", "CollectionManager", "ConditionBase"),
    *("CopySourceTypeDef", "Document", "EmptyResultTypeDef", "EventStream", "Iterable", "Literal", "Mapping"),
    *("PageIterator", "Paginator", "PaginatorConfigTypeDef", "Required", "ResourceCollection", "ResourceMeta"),
    *("ResponseMetadataTypeDef", "Self", "Sequence", "ServiceClient", "StreamingBody", "Timestamp", "TypeAlias"),
    *("TypedDict", "Unpack", "Waiter", "WaiterConfigTypeDef", "datetime", "overload", "property"),
    *("bool", "bytes", "dict", "float", "int", "list", "str", "type"),
)
"""What every module of stubs uses itself."""


def is_name(text: str) -> bool:
    """Whether a text can be written as the name of a parameter or a member."""
    return text.isidentifier() and not keyword.iskeyword(text)


def as_name(text: str) -> str:
    """Return a text as a name: other characters as underscores, one more after a keyword."""
    plain = "".join(letter if letter.isalnum() else "_" for letter in text)
    plain = plain if plain.isidentifier() else f"_{plain}"
    return f"{plain}_" if keyword.iskeyword(plain) else plain


def module_name(service: str) -> str:
    """Return the name of a service's module (``cognito_idp``, ``lambda_``)."""
    return as_name(service)


class Names:
    """The names at the top of a module, each given once."""

    def __init__(self) -> None:
        self.taken = set(_USED)

    def give(self, wanted: str) -> str:
        """Return a name that nothing else has: ``wanted``, or it with underscores after it."""
        name = as_name(wanted).lstrip("_") or "Unnamed"  # two in front would be another name within a class
        name = name if name.isidentifier() else f"N{name}"
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def hides(self, member: str) -> bool:
        """Whether a member of this name would hide a type that members have."""
        return member in _USED or (member in self.taken and member.endswith(("Type", "TypeDef", "_")))

"""A private service whose names are awkward."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_type

import sotalia

if TYPE_CHECKING:
    from types_sotalia.odd_things import OddThingsClient, StrTypeDef, TreeTypeDef


def calls() -> None:
    odd = sotalia.client("odd-things")
    assert_type(odd, OddThingsClient)
    rest: dict[str, StrTypeDef] = {"a": {"str": "x", "int": 1, "list": ["a"], "StrTypeDef": {"str": "y"}}}
    found = odd.get_things(things=rest, mode='a"b\\c', anything={"a": [1, None, {"b": True}]})
    assert_type(found["tree"]["from"], str)
    assert_type(found["tree"]["a-b"], int)
    assert_type(found["tree"]["class"][0]["class"][0]["from"], str)
    assert_type(found["anything"], Any)
    tree: TreeTypeDef = {"from": "x", "a-b": 1, "class": []}
    odd.put_tree(**tree)
    odd.get_things(things={"a": found["things"]["a"]}, mode="")

"""A private service whose names are awkward in Python: keywords, names of types, characters that no name has."""

import json
from pathlib import Path
from typing import Any

__all__ = ["write_odd_model"]

_TREE: dict[str, Any] = {
    "type": "structure",
    "required": ["from"],
    "members": {"from": {"shape": "string"}, "a-b": {"shape": "int"}, "class": {"shape": "list"}},
}
_SHAPES: dict[str, Any] = {
    "string": {"type": "string"},
    "int": {"type": "integer"},
    "list": {"type": "list", "member": {"shape": "__Tree"}},
    "strings": {"type": "list", "member": {"shape": "string"}},
    "__Tree": _TREE,
    "Document": {"type": "structure", "document": True, "members": {}},
    "Literal": {"type": "string", "enum": ['a"b\\c', "", "naïve"]},
    "str": {
        "type": "structure",
        "members": {
            "str": {"shape": "string"},
            "int": {"shape": "int"},
            "list": {"shape": "strings"},
            "StrTypeDef": {"shape": "str"},
        },
    },
    "map": {"type": "map", "key": {"shape": "string"}, "value": {"shape": "str"}},
    "GetThingsRequest": {
        "type": "structure",
        "required": ["things", "mode"],
        "members": {"things": {"shape": "map"}, "mode": {"shape": "Literal"}, "anything": {"shape": "Document"}},
    },
    "GetThingsResponse": {
        "type": "structure",
        "members": {"tree": {"shape": "__Tree"}, "anything": {"shape": "Document"}, "things": {"shape": "map"}},
    },
}


def write_odd_model(folder: Path) -> None:
    """Write the model of ``odd-things`` into a folder for ``AWS_DATA_PATH``."""
    post = {"method": "POST", "requestUri": "/"}
    operations = {
        "GetThings": {"input": {"shape": "GetThingsRequest"}, "output": {"shape": "GetThingsResponse"}},
        "PutTree": {"input": {"shape": "__Tree"}, "output": {"shape": "__Tree"}},
        "Import": {},
    }
    model = {
        "version": "2.0",
        "metadata": {
            "apiVersion": "2020-01-01",
            "endpointPrefix": "odd",
            "protocol": "json",
            "jsonVersion": "1.1",
            "targetPrefix": "Odd",
            "serviceId": "Odd Things",
            "serviceFullName": "Odd Things",
            "signatureVersion": "v4",
        },
        "operations": {name: {"name": name, "http": post, **more} for name, more in operations.items()},
        "shapes": _SHAPES,
    }
    place = folder / "odd-things" / "2020-01-01"
    place.mkdir(parents=True)
    (place / "service-2.json").write_text(json.dumps(model), encoding="utf-8")

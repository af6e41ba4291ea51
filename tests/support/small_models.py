"""Service models of one operation, for tests that need a shape or a trait and no more."""

from typing import Any

from sotalia.models.shapes import OperationModel, ServiceModel

SHAPES: dict[str, Any] = {
    "String": {"type": "string"},
    "Integer": {"type": "integer"},
    "Long": {"type": "long"},
    "Float": {"type": "float"},
    "Double": {"type": "double"},
    "Boolean": {"type": "boolean"},
    "Timestamp": {"type": "timestamp"},
    "Blob": {"type": "blob"},
    "Strings": {"type": "list", "member": {"shape": "String"}},
    "StringMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "String"}},
    "Document": {"type": "structure", "document": True, "members": {}},
    "Tree": {
        "type": "structure",
        "members": {
            "Name": {"shape": "String"},
            "Blob": {"shape": "Blob"},
            "Left": {"shape": "Tree"},
            "Branches": {"shape": "Trees"},
            "Named": {"shape": "TreeMap"},
        },
    },
    "Trees": {"type": "list", "member": {"shape": "Tree"}},
    "TreeMap": {"type": "map", "key": {"shape": "String"}, "value": {"shape": "Tree"}},
}


def make_operation(
    protocol: str,
    members: dict[str, Any] | None,
    *,
    shapes: dict[str, Any] | None = None,
    http: dict[str, Any] | None = None,
    traits: dict[str, Any] | None = None,
    metadata: dict[str, Any] | None = None,
    operation: dict[str, Any] | None = None,
    reference: dict[str, Any] | None = None,
) -> OperationModel:
    """Return the operation ``Op`` whose input has these members; ``None`` for no input at all."""
    record: dict[str, Any] = {"name": "Op", "http": http or {"method": "POST", "requestUri": "/"}, **(operation or {})}
    all_shapes = {**SHAPES, **(shapes or {})}
    if members is not None:
        record["input"] = {"shape": "OpInput", **(reference or {})}
        all_shapes["OpInput"] = {"type": "structure", "members": members, **(traits or {})}
    model = {
        "metadata": {
            "protocol": protocol,
            "apiVersion": "2020-01-01",
            "targetPrefix": "Target",
            "jsonVersion": "1.1",
            "endpointPrefix": "small",
            "serviceId": "Small",
            **(metadata or {}),
        },
        "shapes": all_shapes,
        "operations": {"Op": record},
    }
    return ServiceModel(model, "small").operation_model("Op")

"""What services take and give otherwise than their models say: the types of such shapes, (given, got)."""

from collections.abc import Mapping

__all__ = ["CLIENT_TYPES", "RESOURCE_TYPES"]

_BASE64 = ("str | bytes", "str")
"""Text or bytes that the client encodes."""

_CONDITION = ("str | ConditionBase", "str")

CLIENT_TYPES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "s3": {
        "CopySource": ("str | CopySourceTypeDef", "str"),
        "SSECustomerKey": _BASE64,
        "CopySourceSSECustomerKey": _BASE64,
    },
    "ec2": {"RunInstancesUserData": _BASE64},
    "autoscaling": {"XmlStringUserData": _BASE64},
    "iam": {"policyDocumentType": ("str", "dict[str, Any]")},
    "cloudformation": {"TemplateBody": ("str", "Any")},
}
"""By service, for its client (``session_core/customize_*.py``) and, where they have no other, its resources."""

RESOURCE_TYPES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "dynamodb": {"AttributeValue": ("Any", "Any"), "ConditionExpression": _CONDITION, "KeyExpression": _CONDITION}
}
"""By service, for its resources (``session_core/dynamodb_resource.py``)."""

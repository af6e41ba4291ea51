"""Resources of DynamoDB take and give Python values: their client's handlers do it, so ``meta.client`` does as well."""

from typing import Any

from .dynamodb_transform import copy_params, deserialize_result, inject_conditions, serialize_params

__all__ = ["DynamoDBHighLevelResource"]

_HANDLERS = (
    ("provide-client-params.dynamodb", copy_params, "dynamodb-create-params-copy"),
    ("before-parameter-build.dynamodb", inject_conditions, "dynamodb-condition-expression"),
    ("before-parameter-build.dynamodb", serialize_params, "dynamodb-attr-value-input"),
    ("after-call.dynamodb", deserialize_result, "dynamodb-attr-value-output"),
)


class DynamoDBHighLevelResource:
    """A base of DynamoDB's resources, which registers the handlers with their client, once."""

    meta: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        events = self.meta.client.meta.events
        for name, handler, unique_id in _HANDLERS:
            events.register(name, handler, unique_id=unique_id)

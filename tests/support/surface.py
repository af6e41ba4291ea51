"""The public names of a library and what they take, as JSON: run as a program by the tests with either library.

``python surface.py boto3`` or ``python surface.py sotalia``; the latter reads from its input the names to look up.
"""

import inspect
import json
import sys
import types
from importlib import import_module
from typing import Any

PLACES = {
    "boto3": ("boto3", "sotalia"),
    "boto3.session": ("boto3.session", "sotalia.session"),
    "boto3.exceptions": ("boto3.exceptions", "sotalia.exceptions"),
    "boto3.s3.transfer": ("boto3.s3.transfer", "sotalia.s3.transfer"),
    "boto3.dynamodb.types": ("boto3.dynamodb.types", "sotalia.dynamodb.types"),
    "boto3.dynamodb.conditions": ("boto3.dynamodb.conditions", "sotalia.dynamodb.conditions"),
    "boto3.dynamodb.table": ("boto3.dynamodb.table", "sotalia.dynamodb.table"),
    "botocore.auth": ("botocore.auth", "sotalia.auth"),
    "botocore.awsrequest": ("botocore.awsrequest", "sotalia.awsrequest"),
    "botocore.config": ("botocore.config", "sotalia.config"),
    "botocore.credentials": ("botocore.credentials", "sotalia.credentials"),
    "botocore.eventstream": ("botocore.eventstream", "sotalia.eventstream"),
    "botocore.exceptions": ("botocore.exceptions", "sotalia.exceptions"),
    "botocore.hooks": ("botocore.hooks", "sotalia.hooks"),
    "botocore.paginate": ("botocore.paginate", "sotalia.paginate"),
    "botocore.response": ("botocore.response", "sotalia.response"),
    "botocore.session": ("botocore.session", "sotalia.session"),
    "botocore.signers": ("botocore.signers", "sotalia.signers"),
    "botocore.stub": ("botocore.stub", "sotalia.stub"),
    "botocore.waiter": ("botocore.waiter", "sotalia.waiter"),
}
"""Each module with that of sotalia in which its users find the same."""

_SIMPLE = (bool, int, float, str, bytes, type(None), tuple)


def parameters_of(thing: Any, bound: bool) -> list[list[Any]] | None:
    """Name, kind and default of each parameter; ``None`` where Python does not know."""
    try:
        found = list(inspect.signature(thing).parameters.values())
    except (TypeError, ValueError):
        return None
    return [
        [
            each.name,
            each.kind.name,
            None
            if each.default is each.empty
            else repr(each.default)
            if isinstance(each.default, _SIMPLE)
            else "object",
        ]
        for each in (found if bound else found[1:])
    ]


def describe(thing: Any, members: bool = True) -> dict[str, Any]:
    """What a name stands for: its kind, what it takes, and for a class what it has."""
    if isinstance(thing, type):
        found: dict[str, Any] = {"kind": "error" if issubclass(thing, BaseException) else "class"}
        if found["kind"] == "class":
            found["takes"] = parameters_of(thing, bound=True)
            if members:
                found["has"] = {
                    name: describe_member(thing, name) for name in sorted(dir(thing)) if not name.startswith("_")
                }
        return found
    if callable(thing) and not isinstance(thing, types.ModuleType):
        return {"kind": "function", "takes": parameters_of(thing, bound=True)}
    return {"kind": "module" if isinstance(thing, types.ModuleType) else "value"}


def describe_member(owner: type, name: str) -> dict[str, Any]:
    """What a class has under a name."""
    raw = inspect.getattr_static(owner, name)
    if isinstance(raw, types.FunctionType):
        return {"kind": "function", "takes": parameters_of(raw, bound=False)}
    if isinstance(raw, classmethod | staticmethod):
        return {"kind": "function", "takes": parameters_of(getattr(owner, name), bound=True)}
    return {"kind": "value"}


def of_module(name: str, wanted: list[str] | None) -> dict[str, Any]:
    """The public names of a module, its own ones; or those that are wanted and there, wherever they come from."""
    module = import_module(name)
    found = {}
    for each in dir(module) if wanted is None else wanted:
        if each.startswith("_") and each != "__version__":
            continue
        if not hasattr(module, each):
            continue
        thing = getattr(module, each)
        home = getattr(thing, "__module__", None)
        own = not isinstance(thing, types.ModuleType) and home in (name, None)
        if wanted is not None or name == "boto3" or own:
            found[each] = describe(thing)
    return found


def of_instance(thing: Any) -> dict[str, Any]:
    """The public names of an instance."""
    found = {}
    for name in dir(thing):
        if name.startswith("_"):
            continue
        if isinstance(getattr(type(thing), name, None), property):
            found[name] = {"kind": "value"}  # of a resource it would be loaded
            continue
        value = getattr(thing, name, None)
        found[name] = describe(value, members=False) if callable(value) else {"kind": "value"}
    return found


def instances(package: Any) -> dict[str, Any]:
    """One of each thing that users hold in their hands, by a title."""
    signers = import_module("botocore.signers" if package.__name__ == "boto3" else "sotalia.signers")
    session = package.Session("AKIDEXAMPLE", "x", region_name="us-east-1")
    client = session.client("s3")
    resource = session.resource("s3")
    bucket = resource.Bucket("b")
    paginator = client.get_paginator("list_objects_v2")
    table = session.resource("dynamodb").Table("t")
    instance = session.resource("ec2").Instance("i-1")
    return {
        "session": session,
        "session.events": session.events,
        "client": client,
        "client.meta": client.meta,
        "client.meta.events": client.meta.events,
        "client.meta.config": client.meta.config,
        "client.meta.service_model": client.meta.service_model,
        "operation_model": client.meta.service_model.operation_model("PutObject"),
        "shape": client.meta.service_model.operation_model("PutObject").input_shape,
        "client.exceptions": client.exceptions,
        "resource": resource,
        "resource.meta": resource.meta,
        "bucket": bucket,
        "object": bucket.Object("k"),
        "object summary": resource.ObjectSummary("b", "k"),
        "instance": instance,
        "table": table,
        "request signer": signers.RequestSigner(
            client.meta.service_model.service_id, "us-east-1", "sts", "v4", session.get_credentials(), session.events
        ),
        "batch_writer": table.batch_writer(),
        "collection manager": bucket.objects,
        "collection": bucket.objects.all(),
        "paginator": paginator,
        "page iterator": paginator.paginate(Bucket="b"),
        "waiter": client.get_waiter("bucket_exists"),
    }


def main() -> None:
    """Print everything."""
    library = sys.argv[1]
    column = 0 if library == "boto3" else 1
    wanted = None if library == "boto3" else json.load(sys.stdin)
    found = {
        title: of_module(places[column], None if wanted is None else wanted[title]) for title, places in PLACES.items()
    }
    found |= {title: of_instance(thing) for title, thing in instances(import_module(library)).items()}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

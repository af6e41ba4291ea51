"""What clients tell about themselves, as JSON: run as a program by the tests with ``sotalia`` and with ``boto3``.

``python client_facts.py MODULE`` reads a list of (service, region) from its
input and writes a dictionary of facts for each, or the name of the exception.
"""

import json
import pickle
import sys
from typing import Any


class Stop(Exception):
    """Ends a call when its signature was chosen."""


def signing_of(client: Any) -> Any:
    """Where the first operation without parameters goes, and what ``before-sign`` is told it."""
    model = client.meta.service_model
    name = next(
        (
            name
            for name in sorted(model.operation_names)
            if not (shape := model.operation_model(name).input_shape) or not shape.required_members
        ),
        None,
    )
    if name is None:
        return None
    told: dict[str, Any] = {}

    def stop(request: Any, **kwargs: Any) -> None:
        told.update({key: kwargs[key] for key in ("signing_name", "region_name", "signature_version")})
        if not isinstance(told["signature_version"], str):
            told["signature_version"] = "UNSIGNED"
        told["url"] = request.url
        raise Stop

    client.meta.events.register_first("before-sign", stop)
    try:
        client._make_api_call(name, {})
    except Exception as error:
        told["error"] = type(error).__name__
    return name, told


def facts_of(client: Any) -> dict[str, Any]:
    """Everything that users can see of a client before they call anything."""
    meta, signer = client.meta, client._request_signer
    return {
        "class": type(client).__name__,
        "endpoint_url": meta.endpoint_url,
        "region_name": meta.region_name,
        "partition": meta.partition,
        "service_id": str(meta.service_model.service_id),
        "service_name": meta.service_model.service_name,
        "api_version": meta.service_model.api_version,
        "config.region_name": meta.config.region_name,
        "config.signature_version": str(meta.config.signature_version),
        "config.use_fips_endpoint": meta.config.use_fips_endpoint,
        "signature_version": str(signer.signature_version),
        "signing_name": signer.signing_name,
        "signing_region": signer.region_name,
        "signing": signing_of(client),
    }


def names_of(client: Any) -> dict[str, Any]:
    """The names that a client has, in any region."""
    exceptions = client.exceptions
    codes = {
        code
        for shape in client.meta.service_model.error_shapes
        for code in (shape.name, getattr(shape, "error_code", None))
        if code
    }
    return {
        "methods": sorted(client.meta.method_to_api_mapping.items()),
        "dir": sorted(name for name in dir(client) if not name.startswith("_")),
        "paginators": [name for name in sorted(client.meta.method_to_api_mapping) if client.can_paginate(name)],
        "waiters": sorted(client.waiter_names),
        "exceptions": sorted(name for name in dir(exceptions) if not name.startswith("_")),
        "codes": sorted((code, exceptions.from_code(code).__name__) for code in codes),
    }


def main() -> None:
    """Answer for all."""
    library = sys.argv[1]
    if library == "boto3":
        import boto3 as package
    else:
        import sotalia as package  # type: ignore[no-redef] # the same names
    session = package.Session()
    answers: list[Any] = []
    named: set[str] = set()
    for service, region in pickle.load(sys.stdin.buffer):
        try:
            client = session.client(service, region, aws_access_key_id="AKID", aws_secret_access_key="x")
        except Exception as error:
            answers.append(type(error).__name__)
            continue
        answers.append(facts_of(client))
        if service not in named:
            named.add(service)
            answers[-1].update(names_of(client))
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()

"""How clients refuse what the endpoint rules refuse, as JSON: run as a program with ``sotalia`` and with ``boto3``.

``python endpoint_errors.py MODULE`` reads a pickled list of (service, test
case of an endpoint rule set) from its input. Each becomes a client and a call
that is stopped before it is sent; the answer is the exception and its text.
"""

import json
import pickle
import sys
from collections.abc import Mapping
from typing import Any

OPTIONS = {"UseFIPS": "use_fips_endpoint", "UseDualStack": "use_dualstack_endpoint"}
S3_OPTIONS = {
    "Accelerate": "use_accelerate_endpoint",
    "UseArnRegion": "use_arn_region",
    "DisableMultiRegionAccessPoints": "s3_disable_multiregion_access_points",
}


class Sent(Exception):
    """The call got as far as the network."""


def call_of(service: str, case: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Operation and parameters that lead to the parameters of a case."""
    params = case.get("params", {})
    if case.get("operationInputs"):
        given = case["operationInputs"][0]
        return given["operationName"], dict(given.get("operationParams", {}))
    if service == "events":
        made = {"Entries": [{"Source": "s"}]}
        return "PutEvents", {**made, "EndpointId": params["EndpointId"]} if "EndpointId" in params else made
    if service == "s3control":
        account = {"AccountId": params["AccountId"]} if "AccountId" in params else {}
        if "AccessPointName" in params:
            return "GetAccessPoint", {"Name": params["AccessPointName"], **account}
        if "Bucket" in params:
            return "GetBucket", {"Bucket": params["Bucket"], **account}
        return "ListRegionalBuckets", {
            **account,
            **({"OutpostId": params["OutpostId"]} if "OutpostId" in params else {}),
        }
    if params.get("DisableAccessPoints"):
        return "CreateBucket", {"Bucket": params.get("Bucket", "bucket-name")}
    return "GetObject", {"Bucket": params.get("Bucket", "bucket-name"), "Key": params.get("Key", "key")}


def options_of(case: Mapping[str, Any]) -> tuple[str | None, str | None, dict[str, Any]]:
    """Region, endpoint and configuration of a case."""
    params = case.get("params", {})
    config: dict[str, Any] = {option: True for name, option in OPTIONS.items() if params.get(name)}
    s3: dict[str, Any] = {option: params[name] for name, option in S3_OPTIONS.items() if name in params}
    if params.get("ForcePathStyle"):
        s3["addressing_style"] = "path"
    if s3:
        config["s3"] = s3
    return params.get("Region"), params.get("Endpoint"), config


def outcome(session: Any, config_class: Any, service: str, case: Mapping[str, Any]) -> list[str]:
    """What comes of a case: the names of the classes of the exception, and its text."""
    region, url, options = options_of(case)
    operation, params = call_of(service, case)

    def stop(**kwargs: Any) -> None:
        raise Sent

    try:
        client = session.client(
            service,
            region,
            endpoint_url=url,
            aws_access_key_id="AKID",
            aws_secret_access_key="x",
            config=config_class(**options),
        )
        client.meta.events.register("before-call", stop)
        client._make_api_call(operation, params)
    except Exception as error:
        return [type(error).__name__, str(error)]
    return ["nothing", ""]


def main() -> None:
    """Answer for all cases."""
    if sys.argv[1] == "boto3":
        import boto3 as package
        from botocore.config import Config
    else:
        import sotalia as package  # type: ignore[no-redef] # the same names
        from sotalia import Config  # type: ignore[assignment] # the same options
    session = package.Session()
    json.dump([outcome(session, Config, service, case) for service, case in pickle.load(sys.stdin.buffer)], sys.stdout)


if __name__ == "__main__":
    main()

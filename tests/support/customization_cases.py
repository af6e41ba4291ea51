"""Calls of services whose parameters, requests or results are changed, as boto3 does; see ``customization_player``."""

import io
from typing import Any

from customization_player import Case, in_json, in_xml

__all__ = ["CASES"]

EMPTY = in_xml("<R/>")


def file() -> dict[str, Any]:
    """Return an upload from a file."""
    return {"vaultName": "v", "body": io.BytesIO(b"x" * 2_500_000)}


POLICY = "%7B%22Version%22%3A%222012-10-17%22%7D"
ROLE = (
    f"<R><GetRoleResult><Role><AssumeRolePolicyDocument>{POLICY}</AssumeRolePolicyDocument></Role></GetRoleResult></R>"
)
DETAILS = (
    "<R><GetAccountAuthorizationDetailsResult><RoleDetailList><member>"
    f"<AssumeRolePolicyDocument>{POLICY}</AssumeRolePolicyDocument><RolePolicyList><member><PolicyDocument>{POLICY}"
    "</PolicyDocument></member></RolePolicyList></member></RoleDetailList><Policies><member><PolicyVersionList><member>"
    f"<Document>{POLICY}</Document></member></PolicyVersionList></member></Policies>"
    "</GetAccountAuthorizationDetailsResult></R>"
)
DECODED = "documents that are decoded"
IDS = "ids of Route 53"

CASES: dict[str, Case] = {
    "apigateway": Case("API Gateway: Accept", "apigateway", "get_account", answers=(in_json("{}"),)),
    "apigateway export": Case(
        "API Gateway: Accept",
        "apigateway",
        "get_export",
        {"restApiId": "a", "stageName": "s", "exportType": "swagger", "accepts": "application/yaml"},
    ),
    "glacier upload": Case(
        "Glacier: account, version, digests",
        "glacier",
        "upload_archive",
        {"vaultName": "v", "body": b"x" * 1_500_000},
        answers=(in_json("{}"),),
    ),
    "glacier upload file": Case(
        "Glacier: account, version, digests", "glacier", "upload_archive", file, answers=(in_json("{}"),)
    ),
    "glacier upload empty": Case(
        "Glacier: account, version, digests",
        "glacier",
        "upload_archive",
        {"vaultName": "v", "body": b""},
        answers=(in_json("{}"),),
    ),
    "glacier part": Case(
        "Glacier: account, version, digests",
        "glacier",
        "upload_multipart_part",
        {"vaultName": "v", "uploadId": "u", "range": "bytes 0-2/*", "body": b"abc", "checksum": "given"},
        answers=(in_json("{}"),),
    ),
    "glacier account": Case(
        "Glacier: account, version, digests",
        "glacier",
        "list_vaults",
        {"accountId": "123456789012"},
        answers=(in_json("{}"),),
    ),
    "glacier own": Case("Glacier: account, version, digests", "glacier", "list_vaults", answers=(in_json("{}"),)),
    **{
        f"machinelearning {url}": Case(
            "Machine Learning: host of predictions",
            "machinelearning",
            "predict",
            {"MLModelId": "m", "Record": {"a": "b"}, "PredictEndpoint": url},
            answers=(in_json("{}"),),
        )
        for url in (
            "https://realtime.example.com/path",
            "https://realtime.example.com",
            "http://realtime.example.com:8000/a?b",
        )
    },
    **{
        f"ec2 user data {data!r}": Case(
            "user data in base64",
            "ec2",
            "run_instances",
            {"MinCount": 1, "MaxCount": 1, "UserData": data},
            answers=(EMPTY,),
        )
        for data in ("text ü", b"\xff", bytearray(b"a"), "", 5)
    },
    **{
        f"autoscaling user data {data!r}": Case(
            "user data in base64",
            "autoscaling",
            "create_launch_configuration",
            {"LaunchConfigurationName": "n", "UserData": data},
            answers=(EMPTY,),
        )
        for data in ("text ü", b"\xff")
    },
    **{
        f"iam {name}": Case(DECODED, "iam", method, params, answers=(in_xml(answer),))
        for name, method, params, answer in (
            ("role", "get_role", {"RoleName": "r"}, ROLE),
            ("no document", "get_role", {"RoleName": "r"}, ROLE.replace(POLICY, "no%20policy")),
            ("details", "get_account_authorization_details", {}, DETAILS),
            (
                "policy version",
                "get_policy_version",
                {"PolicyArn": "arn:aws:iam::123456789012:policy/p", "VersionId": "v1"},
                f"<R><GetPolicyVersionResult><PolicyVersion><Document>{POLICY}</Document></PolicyVersion></GetPolicyVersionResult></R>",
            ),
        )
    },
    **{
        f"cloudformation {text}": Case(
            DECODED,
            "cloudformation",
            "get_template",
            {"StackName": "s"},
            answers=(in_xml(f"<R><GetTemplateResult><TemplateBody>{text}</TemplateBody></GetTemplateResult></R>"),),
        )
        for text in ('{"b": 1, "a": [2]}', "a: 1", '"text"', "5", "")
    },
    **{
        f"ec2 output {text}": Case(
            DECODED,
            "ec2",
            "get_console_output",
            {"InstanceId": "i"},
            answers=(in_xml(f"<R><output>{text}</output></R>"),),
        )
        for text in ("aGk=", "/w==", "")
    },
    "ec2 no output": Case(DECODED, "ec2", "get_console_output", {"InstanceId": "i"}, answers=(EMPTY,)),
    **{
        f"route53 {method} {value}": Case(IDS, "route53", method, {name: value}, answers=(EMPTY,))
        for method, name, value in (
            ("get_hosted_zone", "Id", "/hostedzone/Z1"),
            ("get_hosted_zone", "Id", "Z1"),
            ("get_hosted_zone", "Id", "hostedzone/Z1"),
            ("get_change", "Id", "/change/C1"),
            ("list_resource_record_sets", "HostedZoneId", "/hostedzone/Z1"),
            ("get_reusable_delegation_set", "Id", "/delegationset/N1"),
            ("get_health_check", "HealthCheckId", "/healthcheck/h"),
            ("list_tags_for_resource", "ResourceType", "hostedzone"),
        )
    },
}

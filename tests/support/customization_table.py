"""``docs/customizations.md``: what services have their own way, where it is done, and how it is tested.

``PYTHONPATH=tests/support python tests/support/customization_table.py`` prints it.
"""

from collections import Counter
from typing import NamedTuple

from customization_differences import MEANT
from customization_player import all_cases
from sotalia.handlers import BUILTIN_HANDLERS

__all__ = ["ROWS", "text"]

UNIT = "tests/unit/session_core/"
PEER = "tests/conformance/"
_S3_PARAMS = "customize_s3_params"
_S3_ANSWERS = "customize_s3_answers"


class Row(NamedTuple):
    """A customization: ``modules`` of ``session_core``, names of built-in handlers, and tests besides the cases."""

    name: str
    what: str
    modules: tuple[str, ...]
    handlers: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


ROWS = (
    Row(
        "region redirects",
        "S3: 301, 307 and 400 lead to the bucket's region, by the answer or by a HEAD; kept per bucket, followed once",
        ("bucket_regions",),
        ("redirect_from_error", "redirect_from_cache"),
        (f"{UNIT}test_bucket_regions.py",),
    ),
    Row(
        "errors with status 200",
        "S3: an error, or half a document, behind a good status counts as 500 and is tried again",
        (_S3_ANSWERS,),
        ("handle_200_error",),
    ),
    Row(
        "addressing",
        "S3: path, virtual, dots, accelerate, dual-stack, FIPS, endpoints of one's own, keys in URLs; bucket names",
        ("customize_s3", "endpoint", "model_adapters"),
        ("validate_bucket_name", "fix_s3_host"),
        (f"{UNIT}test_customizations.py", f"{PEER}test_endpoint_calls.py"),
    ),
    Row(
        "access points",
        "S3: ARNs of access points, Object Lambda, Outposts",
        ("customize_s3", "endpoint"),
        (),
        (f"{UNIT}test_customizations.py",),
    ),
    Row(
        "Expect: 100-continue",
        "S3: streams and bodies of more than a megabyte are held back until the server wants them",
        (_S3_PARAMS,),
        ("add_expect_header",),
        (f"{UNIT}test_builtin_handlers.py",),
    ),
    Row(
        "bodies of uploads",
        "S3: iterators are sent as they come, and more than 5 GiB are refused before any of it is sent",
        (_S3_PARAMS,),
        ("convert_body_to_file_like_object", "check_upload_size"),
        ("tests/functional/test_bad_bodies.py", f"{UNIT}test_integrity.py"),
    ),
    Row(
        "customer keys",
        "S3: keys of SSE-C as text or bytes, for the object and for the source of a copy, with their MD5",
        (_S3_PARAMS,),
        ("sse_md5", "copy_source_sse_md5"),
    ),
    Row(
        "sources of copies",
        "S3: CopySource as text or as a dictionary, with a version or not",
        (_S3_PARAMS,),
        ("handle_copy_source_param",),
    ),
    Row(
        "names in listings",
        "S3: listings are asked for encoded and handed out decoded, unless the caller asked for the encoding",
        (_S3_PARAMS,),
        (
            "set_list_objects_encoding_type_url",
            "decode_list_object",
            "decode_list_object_v2",
            "decode_list_object_versions",
        ),
    ),
    Row("line ends in keys", "S3: keys in XML keep their line ends", (_S3_PARAMS,), ("escape_xml_payload",)),
    Row("metadata rules", "S3: metadata is ASCII", (_S3_PARAMS,), ("validate_ascii_metadata",)),
    Row(
        "bucket location",
        "S3: GetBucketLocation, asked by path; none means us-east-1",
        ("customize_s3", _S3_ANSWERS),
        ("parse_get_bucket_location",),
    ),
    Row("Expires", "S3: what Expires says is there as text, ExpiresString", (_S3_ANSWERS,), ("handle_expires_header",)),
    Row("bodies that are text", "S3: a Body that is text is sent as UTF-8", ("attempt",)),
    Row(
        "requests without signature",
        "S3: UNSIGNED; handlers.disable_signing at choose-signer",
        ("request_signer",),
        (),
        (f"{UNIT}test_builtin_handlers.py",),
    ),
    Row(
        "S3 Control: accounts in hosts",
        "the account in the host, or in the ARN of what an outpost has",
        ("customize_s3_control",),
        ("handle_arn",),
    ),
    Row(
        "directory buckets",
        "S3 Express: sessions, shared by processes",
        ("express_sessions",),
        (),
        (f"{PEER}test_express_peer.py", "tests/functional/test_express_sessions.py"),
    ),
    Row(
        "presigned URLs and forms",
        "S3's rules for hosts and signatures of what is handed out; RDS, DSQL, ElastiCache tokens",
        ("presign", "presign_s3", "object_urls", "presigned_post", "auth_tokens", "client_methods"),
        (),
        (f"{PEER}test_presigned_peer.py",),
    ),
    Row(
        "copies from another region",
        "EC2 CopySnapshot; five operations of RDS, two each of Neptune and DocumentDB: a presigned URL of the source",
        ("presigned_copies", "customize_ec2", "customize_rds"),
        ("inject_presigned_url_ec2", "inject_presigned_url_rds"),
    ),
    Row(
        "API Gateway: Accept",
        "answers in plain JSON, exports in the format of their parameter",
        ("customize_api_gateway",),
        ("add_accept_header",),
    ),
    Row(
        "Glacier: account, version, digests",
        "the caller's own account, the version of the interface, SHA-256 and tree hash of uploads",
        ("customize_glacier",),
        ("inject_account_id", "add_glacier_version", "add_glacier_checksums"),
    ),
    Row(
        "Machine Learning: host of predictions",
        "Predict goes to PredictEndpoint",
        ("customize_machine_learning",),
        ("switch_host_machinelearning",),
    ),
    Row(
        "user data in base64",
        "EC2 RunInstances, Auto Scaling CreateLaunchConfiguration",
        ("customize_ec2", "customize_auto_scaling"),
        ("base64_encode_user_data",),
    ),
    Row(
        "documents that are decoded",
        "IAM policies, CloudFormation templates in JSON, EC2 console output",
        ("customize_iam", "customize_cloudformation", "customize_ec2"),
        ("json_decode_policies", "json_decode_template_body", "decode_console_output"),
    ),
    Row("ids of Route 53", "/hostedzone/Z1 is taken for Z1", ("customize_route53",), ("fix_route53_ids",)),
    Row(
        "calls without signature",
        "Cognito identities, STS with SAML and web identity, SSO OIDC, by their models",
        ("auth_scheme",),
    ),
    Row(
        "query-compatible errors",
        "SQS, CloudWatch and others: the code of the query protocol, x-amzn-query-error",
        ("pipeline",),
        (),
        (f"{UNIT}test_customizations.py",),
    ),
    Row(
        "errors of OAuth 2.0",
        "SSO OIDC: error_description is the message",
        ("customize_sso_oidc",),
        ("map_oauth2_errors",),
    ),
    Row(
        "Polly: presigned speech",
        "its URL says no content type",
        ("customize_polly",),
        ("remove_content_type_header_for_presigning",),
    ),
    Row("Lex: content types", "bodies and headers in JSON and base64, by the model", ("service_plan",)),
    Row(
        "CloudSearch Domain: searches are forms",
        "Search is sent with POST",
        ("customize_cloudsearch_domain",),
        ("change_get_to_post",),
    ),
    Row(
        "other names of parameters",
        "EC2 Filters for Filter, Logs fromTime for from, CloudSearch returnFields for return",
        ("parameter_aliases", "customize_ec2", "customize_logs", "customize_cloudsearch_domain"),
        ("alias_parameter_in_call",),
    ),
    Row(
        "other names of methods",
        "MTurk, CloudWatch, Sign-In, End User Messaging Social",
        ("customize_method_names", "client"),
    ),
    Row(
        "other names of services",
        "runtime.sagemaker; choose-service-name; older names in events",
        ("client_factory", "event_aliases"),
        (),
        (f"{UNIT}test_builtin_handlers.py", f"{UNIT}test_event_aliases.py"),
    ),
    Row(
        "recursion detection",
        "X-Amzn-Trace-Id of the invocation, in Lambda functions",
        ("trace_header",),
        ("add_recursion_detection_header",),
        (f"{UNIT}test_builtin_handlers.py",),
    ),
    Row(
        "host prefixes",
        "inject_host_prefix, AWS_DISABLE_HOST_PREFIX_INJECTION",
        ("prepare", "client_config"),
    ),
    Row("idempotency tokens", "a UUID where the caller gave none", ("prepare",)),
    Row(
        "endpoint discovery",
        "Timestream, DynamoDB: endpoints that the service names, kept while they are good",
        ("discovery",),
        (),
        (f"{PEER}test_discovery_peer.py", "tests/functional/test_discovery.py"),
    ),
    Row("free documents", "document types of models: any JSON", ("service_plan",)),
    Row(
        "EventBridge: global endpoints",
        "EndpointId, signed by SigV4A; how its refusals are told apart",
        ("customize_eventbridge",),
        (),
        (f"{UNIT}test_customizations.py",),
    ),
    Row("IoT data plane", "topics in the path", ("endpoint",)),
    Row(
        "streams in both directions have no method",
        "not so here: they are sent over HTTP/1.1",
        ("pipeline",),
        (),
        ("tests/functional/test_event_streams.py",),
    ),
    Row(
        "client-side monitoring",
        "csm_enabled, csm_host, csm_port, csm_client_id: a datagram per attempt and per call, without session tokens",
        ("client_monitoring",),
        (),
        (f"{UNIT}test_client_monitoring.py",),
    ),
    Row(
        "user agent",
        "app id, extra text, marks of the client's features",
        ("user_agent", "feature_ids"),
        (),
        (f"{UNIT}test_feature_ids.py",),
    ),
    Row(
        "options of Config",
        "each with values that it takes and refuses",
        ("client_config",),
        (),
        ("tests/unit/components/test_config.py", f"{UNIT}test_client_blueprint.py"),
    ),
)

_HEAD = """\
# What services have their own way

Beyond their models, some services want parameters, requests or results changed. Each change is in the module of its
service, and the same call gives the same bytes as boto3 1.44.5: `tests/conformance/test_customizations_peer.py` plays
the cases counted below through both, time frozen, signatures included, and prints how many are equal and why others are
not. `PYTHONPATH=tests/support python tests/support/customization_table.py > docs/customizations.md` makes this page; a
test fails while a customization has no row, or a row no test.

## Leaving one out, or putting another in its place

The names in the table are those of boto3's handlers. They cost no event: a call runs them as compiled steps.

```python
from sotalia import handlers

events = client.meta.events  # or session.events, for all clients made later
events.unregister("before-parameter-build.s3", handlers.validate_bucket_name)  # or unique_id="validate_bucket_name"
events.register("before-parameter-build.s3", mine)
events.register("before-parameter-build.s3", handlers.validate_bucket_name)  # as it was
```

`unregister` with the event of one operation (`before-parameter-build.s3.GetObject`) leaves a step out of that operation
where the table names it so. A step that sits at another event, or does not exist, is left alone.

## Client-side monitoring

`AWS_CSM_ENABLED=true` (`csm_enabled` of the profile) sends a UDP datagram per attempt (`ApiCallAttempt`) and per call
(`ApiCall`) to `csm_host`:`csm_port` (127.0.0.1:31000): JSON with service, operation, time, latency, region, access key
id, status, request ids, name and message of an error. `csm_client_id` is in all of them. Nothing waits for it.

## The table
"""


_DIFFERENCES = (
    "## What differs on purpose",
    "",
    "- bodies of up to a megabyte are not held back by `Expect: 100-continue`: it costs each put a round trip",
    "- the records of client-side monitoring hold no session token",
)


def text() -> str:
    """Return the page."""
    counted = Counter(case.of for case in all_cases().values())
    lines = ["| customization | what | `session_core/` | cases | other tests |", "|---|---|---|---|---|"]
    for row in ROWS:
        modules = ", ".join(f"`{module}`" for module in row.modules)
        tests = ", ".join(f"`{test.removeprefix('tests/')}`" for test in row.tests)
        lines.append(f"| {row.name} | {row.what} | {modules} | {counted[row.name] or ''} | {tests} |")
    lines += ["", "| built-in handler | customization | events |", "|---|---|---|"]
    of = {name: row.name for row in ROWS for name in row.handlers}
    for name, handler in BUILTIN_HANDLERS.items():
        lines.append(
            f"| `{name}` | {of.get(name)} | {', '.join(f'`{event}`' for event in handler.events) or 'none any more'} |"
        )
    lines += ["", *_DIFFERENCES, *[f"- {reason}" for reason in MEANT]]
    return _HEAD + "\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(text(), end="")

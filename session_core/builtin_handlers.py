"""What the library does at events by itself, by the names under which boto3's users take it out.

``client.meta.events.unregister("before-parameter-build.s3", unique_id="validate_bucket_name")``, or with the
object of that name of ``sotalia.handlers``, leaves a step out; another handler may then be registered in its place.
"""

from collections.abc import Mapping
from typing import Final

from ..components.event_handlers import BuiltinHandler

__all__ = ["BUILTIN_HANDLERS"]


def _of(event: str, *operations: str) -> tuple[str, ...]:
    return tuple(f"{event}.{operation}" for operation in operations)


_KEYED = ("HeadObject", "GetObject", "PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart")
_LISTINGS = ("ListObjects", "ListObjectsV2", "ListObjectVersions")
_COPIES = ("CopyObject", "UploadPartCopy")
_UPLOADS = ("PutObject", "UploadPart", "WriteGetObjectResponse")
_BUILD = "before-parameter-build"

_EVENTS: Mapping[str, tuple[str, ...]] = {
    "add_accept_header": ("before-call.api-gateway",),
    "add_expect_header": ("before-call.s3",),
    "add_glacier_checksums": _of("before-call.glacier", "UploadArchive", "UploadMultipartPart"),
    "add_glacier_version": ("before-call.glacier",),
    "add_recursion_detection_header": ("before-call",),
    "alias_parameter_in_call": (
        f"{_BUILD}.ec2.*",
        f"{_BUILD}.cloudwatch-logs.CreateExportTask",
        f"{_BUILD}.cloudsearch-domain.Search",
    ),
    "base64_encode_user_data": (f"{_BUILD}.ec2.RunInstances", f"{_BUILD}.auto-scaling.CreateLaunchConfiguration"),
    "change_get_to_post": ("request-created.cloudsearch-domain.Search",),
    "check_upload_size": _of("before-call.s3", *_UPLOADS),
    "convert_body_to_file_like_object": _of(f"{_BUILD}.s3", *_UPLOADS),
    "copy_source_sse_md5": _of(f"{_BUILD}.s3", *_COPIES),
    "decode_console_output": ("after-call.ec2.GetConsoleOutput",),
    "decode_list_object": ("after-call.s3.ListObjects",),
    "decode_list_object_v2": ("after-call.s3.ListObjectsV2",),
    "decode_list_object_versions": ("after-call.s3.ListObjectVersions",),
    "escape_xml_payload": _of("before-call.s3", "DeleteObjects", "PutBucketLifecycleConfiguration"),
    "fix_route53_ids": (f"{_BUILD}.route-53",),
    "fix_s3_host": (),  # of older versions, and still unregistered by programs: addressing_style decides
    "handle_200_error": ("before-parse.s3.*",),
    "handle_arn": ("before-endpoint-resolution.s3-control",),
    "handle_copy_source_param": _of(f"{_BUILD}.s3", *_COPIES),
    "handle_expires_header": ("before-parse.s3.*",),
    "inject_account_id": (f"{_BUILD}.glacier",),
    "inject_presigned_url_ec2": ("before-call.ec2.CopySnapshot",),
    "inject_presigned_url_rds": (
        *_of("before-call.rds", "CopyDBClusterSnapshot", "CreateDBCluster", "CopyDBSnapshot"),
        *_of("before-call.rds", "CreateDBInstanceReadReplica", "StartDBInstanceAutomatedBackupsReplication"),
        *_of("before-call.neptune", "CopyDBClusterSnapshot", "CreateDBCluster"),
        *_of("before-call.docdb", "CopyDBClusterSnapshot", "CreateDBCluster"),
    ),
    "json_decode_policies": ("after-call.iam",),
    "json_decode_template_body": ("after-call.cloudformation.GetTemplate",),
    "map_oauth2_errors": ("before-parse.sso-oidc.*",),
    "parse_get_bucket_location": ("after-call.s3.GetBucketLocation",),
    "redirect_from_cache": ("before-endpoint-resolution.s3",),
    "redirect_from_error": ("needs-retry.s3",),
    "remove_content_type_header_for_presigning": ("before-sign.polly.SynthesizeSpeech",),
    "set_list_objects_encoding_type_url": _of(f"{_BUILD}.s3", *_LISTINGS),
    "sse_md5": _of(f"{_BUILD}.s3", *_KEYED, "UploadPartCopy", "CompleteMultipartUpload", "SelectObjectContent"),
    "switch_host_machinelearning": ("request-created.machine-learning.Predict",),
    "validate_ascii_metadata": _of(f"{_BUILD}.s3", "CopyObject", "PutObject", "CreateMultipartUpload"),
    "validate_bucket_name": (f"{_BUILD}.s3",),
}

BUILTIN_HANDLERS: Final[Mapping[str, BuiltinHandler]] = {
    name: BuiltinHandler(name, events) for name, events in _EVENTS.items()
}
"""The built-in handlers by name."""

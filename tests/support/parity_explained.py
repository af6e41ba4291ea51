"""The differences from boto3 1.44.5 that are known and meant, each with its reason; all others are faults."""

import re
from collections.abc import Callable, Mapping

from parity_player import FAULTS
from parity_report import MISSING, Case, Difference

Test = Callable[[Case, Difference], bool]

CRASHES = ("TypeError", "AttributeError", "KeyError", "ValueError", "IndexError", "JMESPathTypeError")
OWN_ERRORS = (
    *("ParamValidationError", "EndpointResolutionError", "FlexibleChecksumError", "UnknownSignatureVersionError"),
    "MissingDependencyException",
)
"""Errors of ours that may come instead of boto3's."""


def _error_of(record: Mapping[str, object]) -> str:
    outcome = record["outcome"]
    assert isinstance(outcome, tuple)
    return str(outcome[1]) if outcome[0] == "error" else ""


def _masked(case: Case, found: Difference) -> bool:
    """Our text is boto3's but for the values that are not shown."""
    if not (isinstance(found.theirs, str) and isinstance(found.ours, str) and "<sensitive>" in found.ours):
        return False
    return re.fullmatch(re.escape(found.ours).replace("<sensitive>", ".*?"), found.theirs, re.DOTALL) is not None


def _crashed(case: Case, found: Difference) -> bool:
    return _error_of(case.theirs) in CRASHES and (
        _error_of(case.ours) == "ParamValidationError" or _error_of(case.ours) == _error_of(case.theirs)
    )


def _endpoint_first(case: Case, found: Difference) -> bool:
    if case.kind not in FAULTS or _error_of(case.ours) not in ("ParamValidationError", "EndpointResolutionError"):
        return False
    return _error_of(case.theirs) == "EndpointResolutionError" or case.theirs["outcome"][2].endswith("but not set")


def _not_finite(case: Case, found: Difference) -> bool:
    return found.theirs in ("NaN", "Infinity", "-Infinity") and found.ours == f"float {float(found.theirs)!r}"


def _no_message(case: Case, found: Difference) -> bool:
    if case.ours["outcome"][0] != "error" or not isinstance(found.theirs, str):
        return found == ("outcome[3].Error.Message", MISSING, "")
    return found.path == "outcome[2]" and found.theirs == f"{found.ours}Unknown"


def _algorithm(case: Case, found: Difference) -> bool:
    texts = (str(case.theirs["outcome"][2]), str(case.ours["outcome"])) if _error_of(case.theirs) else ("", "")
    return "Unsupported checksum algorithm" in texts[0] or (
        _error_of(case.theirs) == "MissingDependencyException" and "botocore[crt]" in texts[0]
    )


def _expect(case: Case, found: Difference) -> bool:
    return found == ("request.headers.Expect", "100-continue", MISSING)


def _shared_element(case: Case, found: Difference) -> bool:
    return case.operation == "GetBucketNotification" and found.path.endswith("Configuration.Event")


def _location_of_error(case: Case, found: Difference) -> bool:
    return found == ("outcome[3].LocationConstraint", None, MISSING)


def _empty_cbor(case: Case, found: Difference) -> bool:
    return found.path == "outcome[1].ResponseMetadata.RequestId" and case.theirs["answer"][2] == b""


def _no_auth(case: Case, found: Difference) -> bool:
    return case.service == "signin" and found == ("request.signing[2]", "v4", "UNSIGNED")


def _discovered(case: Case, found: Difference) -> bool:
    return found.path == "request.url" and found.ours == f"{found.theirs}/" == "https://discovered.example.com/"


def _refused_endpoint(case: Case, found: Difference) -> bool:
    return _error_of(case.ours) == "InvalidEndpointException" and found.path.startswith("outcome")


def _both_ways(case: Case, found: Difference) -> bool:
    return case.theirs["duplex"] is True


def _elliptic(case: Case, found: Difference) -> bool:
    if found == ("request.signing[2]", "v4", "v4a"):
        return True
    return _error_of(case.theirs) == "MissingDependencyException" and "botocore[crt]" in case.theirs["outcome"][2]


def _second_version(case: Case, found: Difference) -> bool:
    return case.service == "sdb" and "signature version 'v2'" in case.ours["outcome"][2]


def _listing_without_key(case: Case, found: Difference) -> bool:
    return case.service == "s3" and case.operation.startswith("ListObject") and _error_of(case.theirs) == "KeyError"


EXPLAINED: Mapping[str, Test] = {
    "a sensitive value is not shown": _masked,
    "boto3 crashes over parameters that are no dictionary, or whose endpoint it looks for in them": _crashed,
    "boto3 asks the endpoint rules first, whose complaint names no more than the rule's parameter": _endpoint_first,
    "JSON has no NaN and no Infinity: boto3 leaves their names as text, here they are the floats": _not_finite,
    "an XML error without a message has an empty one; in boto3 the key is missing": _no_message,
    "checksum algorithms that boto3 has not, or only with awscrt; both refuse XXHash without it": _algorithm,
    "a body of up to a megabyte is not held back: to wait for 100 Continue costs a round trip": _expect,
    "boto3 gives XML elements, or both, where two members share an element": _shared_element,
    "boto3 adds the empty location to errors too": _location_of_error,
    "boto3 crashes over a listing without the keys": _listing_without_key,
    "boto3 forgets the request id of an empty CBOR answer": _empty_cbor,
    "the operation says that it has no auth, and boto3 signs it by the endpoint's word": _no_auth,
    "streams in both directions: boto3's clients have none, and its serializer takes events for JSON": _both_ways,
    "SigV4A, for which boto3 needs awscrt: it signs otherwise, or refuses": _elliptic,
    "boto3 leaves the path / off the URL of a discovered endpoint": _discovered,
    "boto3 repeats a call after an InvalidEndpointException for ever, until the test refuses it": _refused_endpoint,
    "SigV2 is not built yet": _second_version,
}
"""Tests of single differences by the reason for them."""


def reason_of(case: Case, found: Difference) -> str | None:
    """Return why a difference is there, ``None`` if nobody knows. A crash of ours has no good reason."""
    outcome = case.ours["outcome"]
    if outcome[0] == "error" and outcome[3] is None and outcome[1] not in OWN_ERRORS:
        return None
    return next((reason for reason, holds in EXPLAINED.items() if holds(case, found)), None)

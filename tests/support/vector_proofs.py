"""What public operations send that have the traits of a vector which is not met: run with ``sotalia`` and ``boto3``.

``python vector_proofs.py MODULE`` calls them against the server of
``event_trace`` and writes, as JSON, the path and two header fields of each.
"""

import contextlib
import json
import sys

import event_trace

CALLS = {
    "dynamodb ListTables": {},
    "sqs ListQueues": {},
    "sts GetCallerIdentity": {},
    "ec2 DescribeRegions": {},
    "lambda Invoke": {"FunctionName": "f", "Payload": b"{}"},
    "apigateway ImportRestApi": {"body": b"{}"},
    "iot CreateKeysAndCertificate": {},
}


def main() -> None:
    """Call every operation."""
    session, _ = event_trace.open_session(sys.argv[1])
    url = event_trace.serve() + "/custom"
    found = {}
    for call, params in CALLS.items():
        service, operation = call.split()
        client = session.client(
            service, "us-west-2", endpoint_url=url, aws_access_key_id="AKID", aws_secret_access_key="x"
        )
        event_trace.answers.append({"status": 400, "headers": {}, "body": ""})
        with contextlib.suppress(Exception):  # an error without a body
            client._make_api_call(operation, params)
        request = event_trace.received.pop()
        headers = {name.lower(): value for name, value in request["headers"].items()}
        found[call] = [request["path"], headers.get("content-type"), headers.get("content-length")]
        client.close()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()

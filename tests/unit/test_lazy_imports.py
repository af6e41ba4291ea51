"""What is imported, and when: start-up is paid by every process of a fleet. Counts modules, measures no time."""

import json
import os
import subprocess
import sys

import pytest

HEAVY = {
    "asyncio",
    "base64",
    "cbor2",
    "concurrent",
    "cryptography",
    "dataclasses",
    "decimal",
    "difflib",
    "email",
    "filelock",
    "hashlib",
    "hmac",
    "http",
    "importlib.metadata",
    "importlib.resources",
    "inspect",
    "ipaddress",
    "jmespath",
    "json",
    "logging",
    "msgspec",
    "orjson",
    "platform",
    "random",
    "secrets",
    "shutil",
    "socket",
    "ssl",
    "string",
    "structlog",
    "subprocess",
    "tempfile",
    "typing_extensions",
    "urllib3",
    "uuid",
    "xml",
}
"""Modules of which each costs a millisecond or more, with what they import, and no client needs one."""

FOR_CALLS = {
    "components.clock",
    "components.errors.base",
    "components.explanation",
    "components.http",
    "components.retry",
    "models.endpoint_rules",
    "models.shape_classes",
    "models.shape_source",
    "providers",
    "session_core.customization",
    "session_core.recipe",
    "session_core.state",
}
"""Modules and packages of our own that calls need, or errors, or who asks why: a client alone does not."""

FOR_NOBODY_YET = {
    "collections", "contextlib", "datetime", "enum", "functools", "importlib", "itertools", "keyword", "operator",
    "re", "reprlib", "threading", "types", "typing", "urllib", "warnings", "weakref",
}  # fmt: skip
"""Modules of the standard library that a client does without: they were two thirds of an import."""


def modules_of(*steps):
    """Run steps in a fresh interpreter and return the names of the modules that each of them brought."""
    script = "import sys\nknown = set(sys.modules)\nfound = []\n"
    for step in steps:
        script += f"{step}\nfound.append(sorted(set(sys.modules) - known))\n"
    script += "import json\nprint(json.dumps(found))\n"
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "COV_"))}
    # -S: what the .pth files of an environment import is not ours
    paths = [path for path in sys.path if path]
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        env={**environ, "PYTHONPATH": os.pathsep.join(paths), "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return [set(names) for names in json.loads(done.stdout)]


def heavy_among(names):
    return sorted(name for name in names for heavy in HEAVY if name == heavy or name.startswith(f"{heavy}."))


def test_the_package_alone_imports_next_to_nothing():
    (package,) = modules_of("import sotalia")
    assert {name for name in package if name.startswith("sotalia")} == {"sotalia"}


def test_what_every_client_needs_comes_with_the_import_and_is_light():
    used, client, other = modules_of(
        "import sotalia; sotalia.client; sotalia.Session",
        "session = sotalia.Session(region_name='us-east-1'); session.client('s3')",
        "[session.client(name).meta.region_name for name in ('sts', 'dynamodb', 'ec2', 'sqs', 'lambda')]",
    )
    assert heavy_among(other) == []
    assert sorted(FOR_NOBODY_YET & other) == []
    assert len({name for name in used if name.startswith("sotalia")}) <= 45
    assert len(client - used) <= 1, f"a first client imports {sorted(client - used)}"
    assert len(other - client) <= 2, f"another client imports {sorted(other - client)}"
    assert sorted(name for name in other for part in FOR_CALLS if f"{name}.".startswith(f"sotalia.{part}.")) == []


def test_a_client_with_keys_and_a_configuration_is_light_too():
    (client,) = modules_of(
        "import sotalia; sotalia.Session('AKIDEXAMPLE', 'k' * 40, region_name='eu-west-1')"
        ".client('s3', config=sotalia.Config(retries={'mode': 'standard'}, s3={'addressing_style': 'path'}))"
    )
    assert heavy_among(client) == []


@pytest.mark.parametrize("name", ["ClientError", "NoCredentialsError", "EndpointConnectionError"])
def test_an_error_brings_its_own_module_only(name):
    (errors,) = modules_of(f"from sotalia.components.errors import {name}")
    ours = {module.rpartition(".")[2] for module in errors if module.startswith("sotalia.components.errors.")}
    assert len(ours) <= 3


def test_a_call_without_a_network_needs_no_network():
    (call,) = modules_of(
        "import sotalia\n"
        "from sotalia import make_response\n"
        "client = sotalia.Session('AKIDEXAMPLE', 'k' * 40, region_name='us-east-1').client('dynamodb')\n"
        "client.meta.events.register('before-send', lambda **_: make_response(200, b'{}'))\n"
        "client.get_item(TableName='table', Key={'id': {'S': 'x'}})\n"
    )
    assert not {name for name in call if name.partition(".")[0] in ("ssl", "socket", "urllib3", "asyncio", "structlog")}

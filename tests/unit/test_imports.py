"""What the package imports: itself by relative names, its declared dependencies, and nothing of boto3."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import fresh
import pytest
import sotalia

PACKAGE = Path(next(iter(sotalia.__path__))).resolve()
PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text("utf-8"))
FOLDERS = ("components", "dynamodb", "models", "ops", "providers", "s3", "session_core")
MODULES = sorted(
    path.relative_to(PACKAGE)
    for path in [*PACKAGE.glob("*.py"), *(path for folder in FOLDERS for path in (PACKAGE / folder).rglob("*.py"))]
)
PEERS = {
    "aiobotocore",
    "aiohttp",
    "awscrt",
    "boto3",
    "botocore",
    "h11",
    "minio",
    "msal_extensions",
    "obstore",
    "s3transfer",
}
BUILD = {Path("models/build_hook.py"): {"setuptools"}}
OPTIONAL = {
    Path("components/redis_store.py"): {"redis"},
    Path("components/cache_keyring.py"): {"keyring"},
    Path("session_core/transfer_progress.py"): {"rich"},
}
COMPARES = re.compile(
    r"ops/(\w+_worker|bench_events|bench_parsers)\.py"
)  # run by its path with the peer's Python, as well


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The level and the name of every import, wherever it stands; those for type checkers alone as well."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((0, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.level, node.module or ""


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w-]", text)[0].replace("-", "_") for text in requirements}


ALWAYS = _names(PROJECT["project"]["dependencies"])
EXTRAS = {name for extra in PROJECT["project"]["optional-dependencies"].values() for name in _names(extra)}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_are_relative_or_declared(module: Path) -> None:
    found = list(_imports(ast.parse((PACKAGE / module).read_text("utf-8"))))
    assert max((level for level, _ in found), default=0) <= 2
    allowed = set(sys.stdlib_module_names) | ALWAYS | BUILD.get(module, set())
    assert OPTIONAL.get(module, set()) <= EXTRAS
    allowed |= OPTIONAL.get(module, set())
    if module.parts[0] == "ops":
        allowed |= EXTRAS
    if COMPARES.fullmatch(str(module)):
        allowed |= {"sotalia", *PEERS}
    assert {name.partition(".")[0] for level, name in found if level == 0} <= allowed


CALLS = """
import sotalia
session = sotalia.Session("AKIDEXAMPLE", "x" * 40, region_name="us-east-1")
for service, method in {
    "sts": "get_caller_identity", "s3": "list_buckets", "dynamodb": "list_tables", "sqs": "list_queues",
    "ec2": "describe_regions", "lambda": "list_functions",
}.items():
    client = session.client(service)
    body = b"<x><GetCallerIdentityResult/></x>" if service in ("sts", "s3", "ec2") else b"{}"
    client.meta.events.register("before-send", lambda body=body, **kwargs: sotalia.make_response(200, body))
    getattr(client, method)()
"""


def test_calls_of_every_protocol_import_nothing_of_the_peer() -> None:
    there = {name.partition(".")[0] for name in fresh.modules_after(CALLS)}
    assert not there & {*PEERS, "dateutil", "requests"}
    assert "sotalia" in there


def test_importing_the_package_imports_next_to_nothing() -> None:
    without, there = (fresh.modules_after(code) for code in ("import typing", "import typing, sotalia"))
    assert there - without == {"sotalia", "__future__"}

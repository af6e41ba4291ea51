"""The compiled store against the model files of the pinned botocore source distribution.

A sample of services by default; all of them with SOTALIA_ALL_MODELS=1 (about 15 s).
"""

import json
import os
from pathlib import Path

import pytest
from sotalia.models.loader import DataLoader
from sotalia.models.store import default_store
from vectors import VERSION, sdist

SAMPLE = ("s3", "sts", "ec2", "dynamodb", "sqs", "lambda", "rds", "cloudfront", "events", "secretsmanager", "route53")
DATA = sdist() / "botocore" / "data"
FROM_BOTO3 = {"resources-1"}  # compared with what boto3 makes of them: test_resource_parity.py
BOTO3 = "1.44.5"
ALL = sorted(path.name for path in DATA.iterdir() if path.is_dir())
SERVICES = ALL if os.environ.get("SOTALIA_ALL_MODELS") else SAMPLE


def _read(path: Path):
    content = json.loads(path.read_bytes())
    extras = path.with_name(path.name.replace(".json", ".sdk-extras.json"))
    if extras.exists():
        _merge(content, json.loads(extras.read_bytes())["merge"])
    return content


def _merge(base, extra):
    for key, value in extra.items():
        if isinstance(base.get(key), dict) and isinstance(value, dict):
            _merge(base[key], value)
        else:
            base[key] = value


def _bare(value):
    """Without documentation, wherever it is; a member of that name is an object and stays."""
    if isinstance(value, dict):
        return {k: _bare(v) for k, v in value.items() if k != "documentation" or not isinstance(v, str)}
    return [_bare(item) for item in value] if isinstance(value, list) else value


def _versions(service):
    return sorted(path.name for path in (DATA / service).iterdir())


@pytest.mark.parametrize("service", SERVICES)
def test_every_record_equals_the_model_file(service):
    store = default_store()
    for version in _versions(service):
        path = DATA / service / version / "service-2.json"
        if not path.exists():
            assert version not in store.api_versions(service)
            continue
        content = _read(path)
        source = store.service(service, version)
        assert source.metadata == content["metadata"]
        assert source.operation_names() == list(content["operations"])
        assert source.shape_names() == list(content["shapes"])
        for name, record in content["operations"].items():
            assert source.operation(name) == _bare(record)
            assert source.documentation("operation", name) == record.get("documentation", "")
        for name, record in content["shapes"].items():
            assert source.shape(name) == _bare(record)
            assert list(source.shape(name).get("members", ())) == list(record.get("members", ()))
            assert source.documentation("shape", name) == record.get("documentation", "")
            for member, reference in record.get("members", {}).items():
                assert source.documentation("shape", f"{name}${member}") == reference.get("documentation", "")
        errors = [name for name, record in content["shapes"].items() if record.get("exception")]
        assert source.error_shape_names() == errors
        assert source.documentation("service", "") == content.get("documentation", "")
        assert source.client_context_params == content.get("clientContextParams", {})
        rest = {"clientContextParams": content["clientContextParams"]} if "clientContextParams" in content else {}
        assert source.model() == {**_bare(content), **rest}
        store._sources.clear()  # keep the memory of this long test small


@pytest.mark.parametrize("service", SERVICES)
def test_every_document_equals_its_file(service):
    loader = DataLoader()
    for version in _versions(service):
        kinds = {path.name.removesuffix(".json") for path in (DATA / service / version).iterdir()}
        assert set(default_store().kinds(service, version)) - FROM_BOTO3 == kinds
        for kind in kinds - {"service-2"}:
            content = _read(DATA / service / version / f"{kind}.json")
            if kind == "endpoint-rule-set-1":
                content["parameters"] = _bare(content["parameters"])
            assert loader.load_service_model(service, kind, version) == content


def test_the_index_has_all_services_and_shared_data():
    store = default_store()
    assert store.services() == sorted({path.parts[-3] for path in DATA.glob("*/*/service-2.json")})
    assert store.info()["source"] == {"name": "botocore", "version": VERSION, "resources": BOTO3}
    shared = {path.name.removesuffix(".json"): path for path in DATA.glob("*.json")}
    assert store.shared_kinds() == sorted(shared)
    for kind, path in shared.items():
        assert store.shared(kind) == json.loads(path.read_bytes())


def test_the_store_is_whole():
    default_store().verify()

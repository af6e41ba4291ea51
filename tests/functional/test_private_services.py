"""Private services, one for each protocol: their models in folders, a server that answers, boto3 as the judge.

The same program (``private_scenario``) runs with both SDKs against the same
kind of server: what it saw and what left it are compared.
"""

import gzip
import json
import os
import pickle
import pydoc
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import canary
import cbor2
import peers
import pytest
import sotalia
from private_server import KEPT_HEADERS, PROTOCOLS, private_server
from sotalia.models.loader import DataLoader
from sotalia.models.store import Store, default_store
from sotalia.ops.command_line import main

SUPPORT = Path(__file__).resolve().parents[1] / "support"
MODELS = SUPPORT / "private_models"
PACKED = ("tides", "buoys")
SHORE = {
    "id": "aws-shore",
    "outputs": {
        "name": "aws-shore",
        "dnsSuffix": "shore.example",
        "dualStackDnsSuffix": "shore.example",
        "supportsFIPS": False,
        "supportsDualStack": False,
        "implicitGlobalRegion": "shore-north-1",
    },
    "regionRegex": r"^shore\-\w+\-\d+$",
    "regions": {"shore-north-1": {"description": "The north shore"}},
}

FACTS = (
    *("methods", "named", "listed", "calls", "errors", "pages"),
    *("waiters", "refused", "events", "urls", "enlarged"),
)

each_service = pytest.mark.parametrize("service", PROTOCOLS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A data path as users have it: some files packed, and one partition more than AWS has."""
    root = tmp_path_factory.mktemp("private") / "models"
    shutil.copytree(MODELS, root)
    for service in PACKED:
        for path in (root / service).glob("*/*.json"):
            path.with_suffix(".json.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()
    partitions = default_store().shared("partitions")
    partitions["partitions"] = [*partitions["partitions"], SHORE]
    (root / "partitions.json").write_text(json.dumps(partitions))
    return root


@pytest.fixture
def data_path(folder, monkeypatch):
    monkeypatch.setenv("AWS_DATA_PATH", str(folder))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", canary.SECRET_KEY)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    return folder


@pytest.fixture(scope="module")
def seen(folder):
    """What both SDKs saw and sent, by SDK and service: one process for each SDK."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environ |= {"AWS_DATA_PATH": str(folder), "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "*"}
    found = {}
    for sdk, python in (("sotalia", sys.executable), ("boto3", peers.python())):
        with ExitStack() as stack:
            servers = {service: stack.enter_context(private_server(service)) for service in PROTOCOLS}
            where = [f"{service}={server.url}" for service, server in servers.items()]
            command = [python, str(SUPPORT / "private_scenario.py"), sdk, *where]
            done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=90, check=False)
            assert not done.returncode, f"{sdk}: {done.stderr}"
            sent = {service: [_sent(asked) for asked in server.requests] for service, server in servers.items()}
            found[sdk] = json.loads(done.stdout), sent
    return found


def _sent(asked):
    headers = {name: value for name, value in asked.headers.items() if name in KEPT_HEADERS or name[:6] == "x-tag-"}
    return asked.method, asked.target, headers, _content(asked)


def _content(asked):
    """What a body says: JSON has no spaces here and has some in boto3."""
    kind = asked.headers.get("content-type", "")
    if "cbor" in kind and asked.body:
        return cbor2.loads(asked.body)
    return json.loads(asked.body) if "json" in kind and asked.body else asked.body


def _without_xml_type(request):
    method, target, headers, body = request
    kept = {name: value for name, value in headers.items() if (name, value) != ("content-type", "application/xml")}
    return method, target, kept, body


@peers.takes_long_once
@each_service
def test_a_private_service_is_sent_what_boto3_sends(seen, service):
    (_, ours), (_, theirs) = seen["sotalia"], seen["boto3"]
    assert len(ours[service]) == 23
    if service == "buoys":  # the one difference: XML is told to be XML, as the public vectors ask for
        ours = {service: [_without_xml_type(request) for request in ours[service]]}
    assert ours[service] == theirs[service]


@peers.takes_long_once
@each_service
@pytest.mark.parametrize("fact", FACTS)
def test_a_program_sees_of_a_private_service_what_it_sees_with_boto3(seen, service, fact):
    (ours, _), (theirs, _) = seen["sotalia"], seen["boto3"]
    assert ours[service][fact] == theirs[service][fact]
    assert set(FACTS) == set(theirs[service])


# -- what boto3 has not, or shows otherwise ------------------------------------------------------------------------


def test_an_error_of_a_private_service_is_of_one_class_in_all_sessions(data_path):
    one, other = (sotalia.Session().client("harbor").exceptions.NoSuchLight for _ in "12")
    assert one is other


def test_an_error_of_a_private_service_comes_back_in_another_process(data_path, own_environment):
    errors = sotalia.Session().client("harbor").exceptions
    dumped = pickle.dumps(errors.NoSuchLight({"Error": {"Code": "NoSuchLight", "Message": "no x"}}, "GetLight"))
    code = "import pickle, sys; print(repr(pickle.loads(sys.stdin.buffer.read())))"
    (own_environment / ".aws").mkdir()
    (own_environment / ".aws" / "config").write_text(f"[default]\ndata_path = {data_path}\n")
    environ = {name: value for name, value in os.environ.items() if name != "AWS_DATA_PATH"}
    done = subprocess.run([sys.executable, "-c", code], input=dumped, env=environ, capture_output=True, check=True)
    assert done.stdout.startswith(b"NoSuchLight('An error occurred (NoSuchLight)")


def test_a_private_service_is_documented_by_its_own_model(data_path):
    client = sotalia.Session().client("charts")
    text = pydoc.plain(pydoc.render_doc(client.put_light))
    signature = "put_light(*, Name: str, Size: int = ..., Range: float = ..., Since: datetime.datetime = ..."
    assert signature in " ".join(text.split()).replace("( *", "(*")  # CPython 3.13 gives each parameter a line
    assert "Lights a light. See the guide <https://shore.example/lights>." in text
    assert "- It is dark at first." in text
    assert "Token: str, at least 1 character, made up if left out" in text
    assert "Puts a light with two labels." in text
    assert "AWS documentation" not in text
    assert client.__doc__.startswith("A client of Shore Sea Charts (api version 2024-05-05).")
    assert "The Sea Charts of the shore, spoken to by `rest-json`." in client.__doc__
    assert "collect `Lights` from all pages" in client.get_paginator("list_lights").__doc__
    assert "success: `Light.State` is 'lit'" in client.get_waiter("light_lit").__doc__
    assert client.exceptions.NoSuchLight.__doc__.startswith("There is no light of this name.")


def test_api_versions_are_chosen_by_name_and_the_latest_is_the_default(data_path):
    session = sotalia.Session()
    assert "remove_light" in session.client("ferries").meta.method_to_api_mapping
    old = session.client("ferries", api_version="2020-03-03")
    assert "remove_light" not in old.meta.method_to_api_mapping
    assert old.meta.service_model.api_version == "2020-03-03"
    assert old.waiter_names == []
    assert session.get_component("data_loader").list_api_versions("ferries") == ["2020-03-03", "2024-03-03"]


def test_extras_extend_models_and_paginators(data_path):
    session = sotalia.Session()
    ferries = session.client("ferries")
    assert "Shore: str\n        Added by extras." in ferries.list_lights.__doc__
    assert "Takes a light away for good." in ferries.remove_light.__doc__
    with private_server("lanterns") as server:
        pages = session.client("lanterns", endpoint_url=server.url).get_paginator("list_lights").paginate()
        assert pages.build_full_result() == {"Lights": [], "Next": None}
        assert "Next" in pages.non_aggregate_part


def test_models_are_found_in_the_home_folder_and_by_the_setting_too(folder, own_environment, monkeypatch):
    home = own_environment / ".aws"
    shutil.copytree(folder / "tides", home / "models" / "tides")
    assert sotalia.Session(region_name="eu-west-1").client("tides").can_paginate("list_lights")
    (home / "config").write_text(f"[default]\ndata_path = {folder}\n")
    assert sotalia.Session(region_name="eu-west-1").client("buoys").waiter_names == ["light_gone", "light_lit"]


def test_a_newer_model_of_a_bundled_service_hides_it(tmp_path, data_path, monkeypatch):
    model = default_store().service("sts").model()
    model["operations"]["GetWeather"] = {
        "name": "GetWeather",
        "http": {"method": "POST", "requestUri": "/"},
        "output": {"shape": "GetCallerIdentityResponse", "resultWrapper": "GetWeatherResult"},
        "documentation": "<p>Tells the weather.</p>",
    }
    newer = tmp_path / "sts" / "2031-01-01" / "service-2.json"
    newer.parent.mkdir(parents=True)
    model["metadata"]["apiVersion"] = "2031-01-01"
    newer.write_text(json.dumps(model))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    session = sotalia.Session()
    client = session.client("sts")
    assert client.meta.service_model.api_version == "2031-01-01"
    assert client.get_weather.__doc__.startswith("Tells the weather.")
    assert not hasattr(session.client("sts", api_version="2011-06-15"), "get_weather")
    client.meta.events.register(
        "before-send", lambda request, **_: sotalia.make_response(200, b"<A><GetWeatherResult/></A>")
    )
    assert client.get_weather()["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_extras_of_the_user_leave_a_bundled_service_its_documentation(tmp_path, data_path, monkeypatch):
    extras = tmp_path / "sts" / "2011-06-15" / "service-2.sdk-extras.json"
    extras.parent.mkdir(parents=True)
    members = {"Mood": {"shape": "roleSessionNameType", "documentation": "<p>How it goes.</p>"}}
    extras.write_text(json.dumps({"merge": {"shapes": {"AssumeRoleRequest": {"members": members}}}}))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    text = str(sotalia.Session().client("sts").assume_role.__doc__)
    assert text.startswith("Returns a set of temporary security credentials")
    assert "How it goes." in text


@each_service
def test_a_compiled_store_serves_private_services(data_path, service, tmp_path, monkeypatch):
    target = tmp_path / "shore.store"
    assert main(["models", "compile", str(data_path), str(target)]) == 0
    monkeypatch.delenv("AWS_DATA_PATH")
    loader = DataLoader([], lambda: Store.open(target))
    session = sotalia.Session()
    session.register_component("data_loader", loader)
    with private_server(service) as server:
        client = session.client(service, endpoint_url=server.url, config=sotalia.Config(inject_host_prefix=False))
        client.put_light(Name="north", Size=3, Since="2024-05-06T07:08:09Z")
        client.get_waiter("light_lit").wait(Name="north", WaiterConfig={"Delay": 0})
        assert client.get_paginator("list_lights").paginate().build_full_result()["Lights"][0]["Size"] == 3
        assert "Lights a light." in client.put_light.__doc__
        with pytest.raises(client.exceptions.NoSuchLight):
            client.get_light(Name="nowhere")

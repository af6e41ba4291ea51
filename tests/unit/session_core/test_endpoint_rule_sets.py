"""Which rules a service gets: of the store, or of a folder, as a tree or as a diagram."""

import json
from random import Random

import canary
import pytest
from diagram_compiler import diagram_of
from sotalia import Session, make_response
from sotalia.components.errors import InvalidModelError
from sotalia.models.compile import compile_models
from sotalia.models.loader import DataLoader
from sotalia.models.store import Store, default_store
from sotalia.session_core.endpoint_rule_sets import EndpointRuleSets
from tiny_models import write_files

SERVICE = {
    "metadata": {
        "serviceId": "Toys",
        "endpointPrefix": "toys",
        "protocol": "json",
        "jsonVersion": "1.1",
        "targetPrefix": "Toys",
        "apiVersion": "2020-01-01",
        "signatureVersion": "v4",
    },
    "operations": {"Play": {"name": "Play", "http": {"method": "POST", "requestUri": "/"}}},
    "shapes": {},
}


def rules(host):
    return {
        "version": "1.0",
        "parameters": {"Region": {"type": "string", "builtIn": "AWS::Region", "documentation": "where"}},
        "rules": [
            {
                "type": "endpoint",
                "conditions": [{"fn": "isSet", "argv": [{"ref": "Region"}]}],
                "endpoint": {"url": f"https://{host}.{{Region}}.example.com"},
            },
            {"type": "error", "conditions": [], "error": "no region"},
        ],
    }


def called_url(root, monkeypatch, **files):
    named = {f"toys/2020-01-01/{name.replace('_', '-')}.json": content for name, content in files.items()}
    write_files(root, {"toys/2020-01-01/service-2.json": SERVICE, **named})
    monkeypatch.setenv("AWS_DATA_PATH", str(root))
    client = Session("AKIDEXAMPLE", canary.SECRET_KEY, region_name="eu-west-1").client("toys")
    urls = []

    def answer(request, **_):
        urls.append(request.url)
        return make_response(200, b"{}")

    client.meta.events.register("before-send", answer)
    client.play()
    return urls[0]


def test_a_private_service_may_have_a_tree(tmp_path, monkeypatch):
    assert called_url(tmp_path, monkeypatch, endpoint_rule_set_1=rules("tree")) == (
        "https://tree.eu-west-1.example.com/"
    )


def test_a_private_service_may_have_a_diagram_which_counts_before_a_tree(tmp_path, monkeypatch):
    newer = diagram_of(rules("diagram"), Random(1))
    files = {"endpoint_rule_set_1": rules("tree"), "endpoint_bdd_1": newer}
    assert called_url(tmp_path, monkeypatch, **files) == "https://diagram.eu-west-1.example.com/"


@pytest.mark.parametrize(
    ("files", "pointer", "name"),
    [
        ({"endpoint_bdd_1": {**diagram_of(rules("x")), "root": 77}}, "/root", "endpoint-bdd-1.json"),
        ({"endpoint_bdd_1": {**diagram_of(rules("x")), "results": [{}]}}, "/results/0", "endpoint-bdd-1.json"),
        ({"endpoint_rule_set_1": {"parameters": {}}}, "/rules", "endpoint-rule-set-1.json"),
    ],
)
def test_broken_rules_name_their_file_and_the_place(tmp_path, monkeypatch, files, pointer, name):
    with pytest.raises(InvalidModelError) as raised:
        called_url(tmp_path, monkeypatch, **files)
    assert raised.value.kwargs["path"] == str(tmp_path / "toys" / "2020-01-01" / name)
    assert raised.value.kwargs["pointer"] == pointer


def test_a_store_keeps_diagrams_without_documentation(tmp_path):
    document = diagram_of(rules("stored"))
    write_files(
        tmp_path / "data",
        {"toys/2020-01-01/service-2.json": SERVICE, "toys/2020-01-01/endpoint-bdd-1.json": document},
    )
    compile_models(tmp_path / "data", tmp_path / "aws.store")
    store = Store.open(tmp_path / "aws.store")
    shared = store.shared_document("toys", None, "endpoint-bdd-1")
    assert shared["reads"] == ["Region"]
    assert "documentation" not in shared["parameters"]["Region"]
    whole = DataLoader([], lambda: store).load_service_model("toys", "endpoint-bdd-1")
    bare = json.loads(json.dumps(document).replace(', "documentation": "where"', ""))
    assert whole == bare


class OlderStore:
    """A store as an earlier release compiled it, with the regions of all services in one document."""

    path = "older.store"

    def region_partitions(self):
        return None

    def shared_document(self, service, api_version, kind):
        assert (service, api_version, kind) == (None, None, "service-regions")
        return {"aws": {"one": "aws-global|no||||"}}


def test_the_regions_of_an_older_store_are_read_from_its_document(monkeypatch):
    older = OlderStore()
    monkeypatch.setattr("sotalia.models.loader.default_store", lambda: older)
    regions = EndpointRuleSets(DataLoader((), lambda: older)).service_regions
    assert regions.client_region("one", "eu-west-1", "aws") == "aws-global"
    assert regions.client_region("other", "eu-west-1", "aws") == "eu-west-1"


def test_loaders_of_one_store_share_what_it_knows_of_regions():
    assert (
        EndpointRuleSets(DataLoader()).service_regions
        is EndpointRuleSets(DataLoader((), default_store)).service_regions
    )


def url_with_folder(folder):
    session = Session("AKIDEXAMPLE", canary.SECRET_KEY, region_name="eu-west-1")
    session.set_config_variable("data_path", str(folder))
    client = session.client("sqs")
    urls = []

    def answer(request, **_):
        urls.append(request.url)
        return make_response(200, b"{}")

    client.meta.events.register("before-send", answer)
    client.list_queues()
    return urls[0]


def test_rules_of_a_folder_are_not_those_of_sessions_without_it(tmp_path):
    empty, one, two = (tmp_path / name for name in ("empty", "one", "two"))
    empty.mkdir()
    for folder in (one, two):
        write_files(folder, {"sqs/2012-11-05/endpoint-rule-set-1.json": rules(folder.name)})
    usual = "https://sqs.eu-west-1.amazonaws.com/"
    found = [url_with_folder(folder) for folder in (one, empty, two, one, empty)]
    own = [f"https://{name}.eu-west-1.example.com/" for name in ("one", "two")]
    assert found == [own[0], usual, own[1], own[0], usual]

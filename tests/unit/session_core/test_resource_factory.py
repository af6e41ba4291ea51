"""Classes: shared, or made anew where ``creating-resource-class`` handlers have a say; private definitions."""

import json

import pytest
import sotalia
from answered import Answers


def test_classes_are_shared_by_sessions():
    one, other = Answers().resource("s3"), Answers().resource("s3")
    assert type(one.Bucket("b")) is type(other.Bucket("b"))
    assert type(one.Bucket("b")).__name__ == "s3.Bucket"


def test_handlers_add_methods_and_bases_to_the_classes_of_their_session():
    answers = Answers(ListObjects={"Contents": [{"Key": "k"}]})
    told = []

    class Mine:
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.mine = True

    def add(class_attributes, base_classes, service_context, event_name, **kwargs):
        told.append((event_name, service_context.service_name))
        class_attributes["shout"] = lambda self: self.key.upper()
        base_classes.insert(0, Mine)

    answers.session.events.register("creating-resource-class.s3.ObjectSummary", add)
    s3 = answers.resource("s3")
    assert told == []
    (thing,) = s3.Bucket("b").objects.all()
    assert (thing.shout(), thing.mine) == ("K", True)
    assert told == [("creating-resource-class.s3.ObjectSummary", "s3")]
    assert thing == Answers().resource("s3").ObjectSummary("b", "k")
    assert not hasattr(Answers().resource("s3").ObjectSummary("b", "k"), "shout")


def test_handlers_see_what_the_class_has():
    answers = Answers()
    seen = {}
    answers.session.events.register(
        "creating-resource-class", lambda event_name, **kwargs: seen.setdefault(event_name, kwargs)
    )
    dynamodb = answers.resource("dynamodb")
    dynamodb.Table("t")
    bucket = answers.resource("s3").Bucket("b")
    table = seen["creating-resource-class.dynamodb.Table"]
    assert [base.__name__ for base in table["base_classes"]] == [
        "DynamoDBHighLevelResource",
        "TableResource",
        "ServiceResource",
    ]
    assert {"upload_file", "load", "name", "objects", "meta"} <= set(
        seen["creating-resource-class.s3.Bucket"]["class_attributes"]
    )
    assert bucket.name == "b"


def test_a_load_of_ones_own_is_used():
    answers = Answers()

    def load(self):
        self.meta.data = {"CreationDate": "yesterday"}

    def add(class_attributes, **kwargs):
        class_attributes["load"] = load

    answers.session.events.register("creating-resource-class.s3.Bucket", add)
    assert answers.resource("s3").Bucket("b").creation_date == "yesterday"
    assert answers.sent == []


PRIVATE = {
    "service": {"has": {"Lamp": {"resource": {"type": "Lamp", "identifiers": [{"target": "Id", "source": "input"}]}}}},
    "resources": {
        "Lamp": {
            "identifiers": [{"name": "Id"}],
            "shape": "Lamp",
            "load": {
                "request": {"operation": "GetLamp", "params": [{"target": "Id", "source": "identifier", "name": "Id"}]},
                "path": "Lamp",
            },
            "actions": {"Filter": {"request": {"operation": "GetLamp"}}, "Load": {"request": {"operation": "GetLamp"}}},
        }
    },
}
LAMPS = {
    "metadata": {
        "apiVersion": "2026-01-01",
        "endpointPrefix": "lamps",
        "protocol": "json",
        "jsonVersion": "1.1",
        "targetPrefix": "Lamps",
        "serviceId": "Lamps",
        "signatureVersion": "v4",
    },
    "operations": {
        "GetLamp": {
            "name": "GetLamp",
            "http": {"method": "POST", "requestUri": "/"},
            "input": {"shape": "GetLampRequest"},
            "output": {"shape": "GetLampResult"},
        }
    },
    "shapes": {
        "GetLampRequest": {"type": "structure", "members": {"Id": {"shape": "S"}}},
        "GetLampResult": {"type": "structure", "members": {"Lamp": {"shape": "Lamp"}}},
        "Lamp": {
            "type": "structure",
            "members": {"Id": {"shape": "S"}, "Filter": {"shape": "S"}, "Meta": {"shape": "S"}},
        },
        "S": {"type": "string"},
    },
}


def test_private_definitions_come_from_the_data_path(own_environment, tmp_path, monkeypatch):
    folder = tmp_path / "lamps" / "2026-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(LAMPS))
    (folder / "resources-1.json").write_text(json.dumps(PRIVATE))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    answers = Answers(GetLamp={"Lamp": {"Id": "1", "Filter": "red", "Meta": "m"}})
    assert "lamps" in answers.session.get_available_resources()
    lamp = answers.session.resource("lamps", endpoint_url="http://127.0.0.1:1").Lamp("1")
    assert (lamp.filter_attribute, lamp.meta_attribute) == ("red", "m")
    lamp.load_action()
    assert answers.operations == ["GetLamp", "GetLamp"]
    assert sotalia.Session().get_available_resources().count("lamps") == 1


def test_targets_put_values_into_lists_and_objects():
    from sotalia.session_core.resource_definitions import Parameter
    from sotalia.session_core.resource_requests import fill_parameters

    def text(target, value="v"):
        return Parameter(target, "string", None, None, value)

    params = fill_parameters({}, [text("A[0].Name"), text("A[0].Values[0]", 1), text("A[1].Name")], None)
    assert params == {"A": [{"Name": "v", "Values": [1]}, {"Name": "v"}]}
    assert fill_parameters({"L": [1]}, [text("L[]"), text("X.Y.Z")], None) == {"L": [1, "v"], "X": {"Y": {"Z": "v"}}}
    assert fill_parameters({}, [text("O[*].K"), text("O[*].V", 2)], None, 1) == {"O": [{}, {"K": "v", "V": 2}]}
    with pytest.raises(ValueError, match="of a collection alone"):
        fill_parameters({}, [text("O[*].K")], None)

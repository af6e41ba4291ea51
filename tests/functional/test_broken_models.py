"""Private models that are broken: each error names the file, the JSON pointer in it and what to do."""

import gzip
import json
import os
import pickle
import shutil
import sys
from pathlib import Path

import pytest
import sotalia
from sotalia.exceptions import InvalidModelError, UnknownServiceError
from sotalia.ops.command_line import main
from unprivileged import open_folder, unprivileged

MODELS = Path(__file__).resolve().parents[1] / "support" / "private_models"
MODEL, PAGES = "ferries/2024-03-03/service-2.json", "ferries/2024-03-03/paginators-1.json"
WAITERS, RULES = "ferries/2024-03-03/waiters-2.json", "ferries/2024-03-03/endpoint-rule-set-1.json"
EXTRAS, PARTITIONS = "ferries/2024-03-03/service-2.sdk-extras.json", "partitions.json"
GONE = object()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shutil.copytree(MODELS / "ferries", tmp_path / "ferries")
    shutil.rmtree(tmp_path / "ferries" / "2020-03-03")
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    return tmp_path


def refused(folder, name, pointer, *needles, use=lambda client: client.get_paginator("list_lights")):
    """Use the service, and check the error, its text and its pickle."""
    with pytest.raises(InvalidModelError) as caught:
        use(sotalia.Session("AKIDEXAMPLE", "k" * 40, region_name="eu-west-1").client("ferries"))
    error = caught.value
    assert (error.kwargs["path"], error.kwargs["pointer"]) == (os.fspath(folder / name), pointer)
    text = str(error)
    assert os.fspath(folder / name) in text
    for needle in needles:
        assert needle in text, text
    assert str(pickle.loads(pickle.dumps(error))) == text


def change(folder, name, pointer, value):
    """Put a value where the pointer leads, or take away what is there."""
    document = json.loads((folder / name).read_text())
    *way, last = [int(step) if step.isdigit() else step for step in pointer.split("/")[1:]]
    place = document
    for step in way:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    (folder / name).write_text(json.dumps(document))


def waiter(client):
    return client.get_waiter("light_lit")


def call(client):
    client.meta.events.register("before-send", lambda **_: sotalia.make_response(200, b"{}"))
    return client.get_light(Name="x")


@pytest.mark.parametrize(
    ("content", "pointer", "needles"),
    [
        # CPython 3.13 points at the comma, earlier ones behind it.
        (
            b'{"metadata": {"apiVersion": 1,}}',
            "/metadata/apiVersion" if sys.version_info >= (3, 13) else "/metadata",
            [f"line 1 column {30 if sys.version_info >= (3, 13) else 31}"],
        ),
        (b'{\n  "metadata": {},\n  "shapes": {"A": {"type": strin}}}', "/shapes/A/type", ["line 3 column"]),
        (b"", "", ["line 1 column 1"]),
        (b"[]", "", ["expected an object, found list"]),
        (b'{"metadata": {\n"serviceId": "\xe9"}}', "", ["not UTF-8 (byte 0xe9 in line 2)", "save it as UTF-8"]),
        (b'{"a": ' * 200_000, "", []),
    ],
    ids=("comma", "word", "empty", "list", "latin-1", "deep"),
)
def test_a_file_that_is_no_json(folder, content, pointer, needles):
    (folder / MODEL).write_bytes(content)
    if content.startswith(b'{"a": {"a"'):
        with pytest.raises(InvalidModelError, match="ferries"):
            sotalia.Session(region_name="eu-west-1").client("ferries")
    else:
        refused(folder, MODEL, pointer, *needles)


@pytest.mark.parametrize(
    ("pointer", "value", "needles", "told"),
    [
        ("/metadata", GONE, ["it is missing"], None),
        ("/metadata/serviceId", GONE, ["it is missing", "the name of the service in events"], None),
        ("/metadata/serviceId", 7, ["expected a string", "found int"], None),
        ("/metadata/endpointPrefix", GONE, ["the first label of its host name"], None),
        ("/metadata/targetPrefix", GONE, ["X-Amz-Target", "for the protocol json"], None),
        ("/metadata/jsonVersion", GONE, ["'1.0' or '1.1'"], None),
        ("/metadata/protocols", ["soap"], ["soap is spoken", "rest-json"], None),
        ("/operations", GONE, ["it is missing", "an object of operations"], None),
        ("/operations", [], ["expected an object, found list"], None),
        ("/operations/GetLight/http", "GET /", ["expected an object, found str"], None),
        ("/operations/GetLight/input", {}, ["a reference must name its shape"], "/operations/GetLight/input/shape"),
        ("/operations/GetLight/errors", {}, ["expected a list"], None),
        ("/shapes/Size/type", "number", ["'number' is no type", "integer"], None),
        ("/shapes/Labels/member", GONE, ["it is missing"], None),
        ("/shapes/Light/members/Size/shape", 3, ["a reference must name its shape"], None),
        ("/shapes/GetLightRequest/required", ["Nam"], ["'Nam' is no member"], "/shapes/GetLightRequest/required/0"),
    ],
)
def test_a_model_of_the_wrong_form(folder, pointer, value, needles, told):
    (folder / EXTRAS).unlink()  # they would give it operations
    change(folder, MODEL, pointer, value)
    refused(folder, MODEL, told or pointer, *needles)


def test_a_structure_that_must_hold_itself(folder):
    tree = {"type": "structure", "required": ["Trunk"], "members": {"Trunk": {"shape": "Trunk"}}}
    change(folder, MODEL, "/shapes/Tree", tree)
    inner = {"type": "structure", "required": ["Of"], "members": {"Of": {"shape": "Tree"}, "Age": {"shape": "Size"}}}
    change(folder, MODEL, "/shapes/Trunk", inner)
    refused(folder, MODEL, "/shapes/Trunk/members/Of", "'Tree' must hold itself", "out of 'required'")


def test_a_list_between_lets_a_structure_hold_itself(folder):
    trees = {"type": "list", "member": {"shape": "Tree"}}
    change(folder, MODEL, "/shapes/Trees", trees)
    tree = {"type": "structure", "required": ["Trees"], "members": {"Trees": {"shape": "Trees"}}}
    change(folder, MODEL, "/shapes/Tree", tree)
    assert sotalia.Session(region_name="eu-west-1").client("ferries")


@pytest.mark.parametrize(
    ("pointer", "needles"),
    [
        ("/operations/GetLight/input/shape", ["there is no shape 'GetLightRequst'", "did you mean GetLightRequest"]),
        ("/operations/GetLight/output/shape", ["there is no shape 'GetLightRequst'"]),
        ("/shapes/GetLightRequest/members/Name/shape", ["there is no shape 'GetLightRequst'"]),
    ],
)
def test_a_shape_that_is_not_there_stops_who_needs_it(folder, pointer, needles, tmp_path, capsys):
    change(folder, MODEL, pointer, "GetLightRequst")
    client = sotalia.Session("AKIDEXAMPLE", "k" * 40, region_name="eu-west-1").client("ferries")
    client.meta.events.register("before-send", lambda **_: sotalia.make_response(200, b"{}"))
    assert client.list_lights()["ResponseMetadata"]["HTTPStatusCode"] == 200
    refused(folder, MODEL, pointer, *needles, use=call)
    assert main(["models", "compile", str(folder), str(tmp_path / "x.store")]) == 1
    assert pointer in capsys.readouterr().out


def test_a_model_without_shapes_says_so(folder):
    change(folder, MODEL, "/shapes", GONE)
    (folder / EXTRAS).unlink()
    refused(folder, MODEL, "/operations/GetLight/input/shape", "the model has no section 'shapes'", use=call)


@pytest.mark.parametrize(
    ("pointer", "value", "needles", "told"),
    [
        ("/merge", [], ["expected an object, found list"], None),
        ("/merge/operations/RemoveLight", 3, ["expected an object, found int"], None),
        ("/merge/shapes/More", {"members": {}}, ["None is no type of a shape"], None),
        ("/merge/shapes/Size", {"type": "number"}, ["'number' is no type"], "/merge/shapes/Size/type"),
    ],
)
def test_extras_that_break_a_model_are_named_themselves(folder, pointer, value, needles, told):
    change(folder, EXTRAS, pointer, value)
    if pointer.endswith("More"):  # what is missing lies in neither file: the model is what lacks it
        refused(folder, MODEL, "/shapes/More/type", *needles)
    else:
        refused(folder, EXTRAS, told or pointer, *needles)


@pytest.mark.parametrize(
    ("pointer", "value", "needles", "told"),
    [
        ("/pagination", GONE, ["it is missing"], None),
        ("/pagination/ListLights", [], ["expected an object"], None),
        ("/pagination/ListLights/result_key", GONE, ["it is missing", "pages need input_token"], None),
        ("/pagination/ListLights/input_token", GONE, ["it is missing"], None),
        ("/pagination/ListLights/output_token", GONE, ["it is missing"], None),
        ("/pagination/ListLights/input_token", "Nxt", ["'Nxt' is no parameter", "Next, Most, Prefix"], None),
        ("/pagination/ListLights/limit_key", "Max", ["'Max' is no parameter"], None),
        ("/pagination/ListLights/result_key", "Lights[", ["'Lights[' is no JMESPath expression"], None),
        (
            "/pagination/ListLights/result_key",
            ["Lights", "a b"],
            ["no JMESPath"],
            "/pagination/ListLights/result_key/1",
        ),
        ("/pagination/ListLights/output_token", ["Next", "More"], ["as many as in input_token"], None),
    ],
)
def test_a_paginator_of_the_wrong_form(folder, pointer, value, needles, told):
    change(folder, PAGES, pointer, value)
    refused(folder, PAGES, told or pointer, *needles)


@pytest.mark.parametrize(
    ("pointer", "value", "needles"),
    [
        ("/waiters", GONE, ["it is missing"]),
        ("/waiters/LightLit/operation", "GetLigth", ["'GetLigth' is no operation"]),
        ("/waiters/LightLit/delay", "5", ["expected a number (seconds between two calls), found '5'"]),
        ("/waiters/LightLit/maxAttempts", GONE, ["expected a number"]),
        ("/waiters/LightLit/acceptors", {}, ["expected a list"]),
        ("/waiters/LightLit/acceptors/0/state", "done", ["'done' is no state", "success, failure, retry"]),
        ("/waiters/LightLit/acceptors/0/matcher", "pathNone", ["'pathNone' is no matcher"]),
        ("/waiters/LightLit/acceptors/0/expected", GONE, ["the value to compare with"]),
        ("/waiters/LightLit/acceptors/0/argument", "Light.", ["'Light.' is no JMESPath expression"]),
        ("/waiters/LightLit/acceptors/0/argument", GONE, ["expected a JMESPath expression, found None"]),
    ],
)
def test_a_waiter_of_the_wrong_form(folder, pointer, value, needles):
    change(folder, WAITERS, pointer, value)
    refused(folder, WAITERS, pointer, *needles, use=waiter)
    if pointer.count("/") > 1:
        assert sotalia.Session(region_name="eu-west-1").client("ferries").get_waiter("light_gone")


@pytest.mark.parametrize(
    ("pointer", "value", "needles", "told"),
    [
        ("/rules", GONE, ["it is missing"], "/rules"),
        ("/parameters/Region/type", "text", ["'text' is no type of a parameter"], "/parameters/Region/type"),
        ("/rules/0/endpoint", GONE, ["none of 'rules', 'endpoint' and 'error'"], "/rules/0"),
        ("/rules/0/endpoint/url", GONE, ["it is missing"], "/rules/0/endpoint/url"),
        ("/rules/1/rules/2/endpoint/url", "https://{Region", ["does not close"], "/rules/1/rules/2/endpoint/url"),
        ("/rules/1/conditions/0/fn", 3, ["3 is no function", "isSet"], "/rules/1/conditions/0/fn"),
        ("/rules/1/conditions/0/argv", [], ["isSet takes 1"], "/rules/1/conditions/0/argv"),
        ("/rules/1/conditions/0/argv/0/ref", "Regoin", ["no parameter"], "/rules/1/conditions/0/argv/0/ref"),
        ("/rules/1/rules/0/conditions/0/argv", [{"ref": "Partition"}, 1], [], None),
    ],
)
def test_endpoint_rules_of_the_wrong_form(folder, pointer, value, needles, told):
    change(folder, RULES, pointer, value)
    if told is None:  # what was assigned on the way is known
        call(sotalia.Session("AKIDEXAMPLE", "k" * 40, region_name="eu-west-1").client("ferries"))
    else:
        refused(folder, RULES, told, *needles, use=call)


@pytest.mark.parametrize(
    ("content", "pointer", "needles"),
    [
        ({}, "/partitions", ["expected a list of partitions"]),
        ({"partitions": [{"outputs": {}}]}, "/partitions/0/id", ["the name of the partition"]),
        ({"partitions": [{"id": "a"}]}, "/partitions/0/outputs", ["it is missing"]),
        ({"partitions": [{"id": "a", "outputs": {}, "regionRegex": "("}]}, "/partitions/0/regionRegex", ["no regular"]),
    ],
)
def test_partitions_of_the_wrong_form(folder, content, pointer, needles):
    (folder / PARTITIONS).write_text(json.dumps(content))
    refused(folder, PARTITIONS, pointer, *needles, use=call)


def test_a_packed_file_that_was_cut_off(folder):
    packed = gzip.compress((folder / MODEL).read_bytes())
    (folder / MODEL).unlink()
    (folder / f"{MODEL}.gz").write_bytes(packed[:-20])
    refused(folder, f"{MODEL}.gz", "", "no whole gzip file", "pack it again")


def test_a_folder_in_the_place_of_a_file(folder):
    (folder / MODEL).unlink()
    (folder / MODEL).mkdir()
    refused(folder, MODEL, "", "it cannot be read (Is a directory)")


def test_a_file_that_may_not_be_read(folder, monkeypatch):
    change(folder, MODEL, "/metadata", GONE)
    refused(folder, MODEL, "/metadata")  # imports what the child needs
    with open_folder() as open_to_all:
        for name in ("AWS_DATA_PATH", "HOME"):
            monkeypatch.setenv(name, str(open_to_all))
        shutil.copytree(folder / "ferries", open_to_all / "ferries")
        (open_to_all / MODEL).chmod(0)
        unprivileged(lambda: refused(open_to_all, MODEL, "", "it cannot be read (Permission denied)"))


def test_a_service_that_is_nowhere_is_told_from_one_that_is_broken(folder):
    with pytest.raises(UnknownServiceError, match="Did you mean: ferries"):
        sotalia.Session(region_name="eu-west-1").client("ferrys")

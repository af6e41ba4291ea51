import gzip
import os
import threading

import pytest
from sotalia.components.errors import DataNotFoundError, InvalidModelError, StoreError, UnknownServiceError
from sotalia.models.compile import compile_models
from sotalia.models.loader import DataLoader, data_loader, search_paths_of
from sotalia.models.store import Store
from tiny_models import data_folder, write_files

METADATA = {"serviceId": "Mine", "endpointPrefix": "mine", "protocol": "rest-json"}
MODEL = {"metadata": METADATA, "operations": {}, "shapes": {}}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    compile_models(data_folder(folder / "data"), folder / "aws.store")
    return Store.open(folder / "aws.store")


@pytest.fixture
def loader_of(store, tmp_path):
    def make(*folders):
        roots = [write_files(tmp_path / f"path{number}", files) for number, files in enumerate(folders)]
        return DataLoader(roots, lambda: store)

    return make


def _missing():
    return Store.open("/nowhere/aws.store")


def test_services_of_folders_and_store_are_listed_together(loader_of):
    loader = loader_of(
        {"mine/1/service-2.json": MODEL, ".hidden/1/service-2.json": MODEL, "pages/1/paginators-1.json": {}}
    )
    assert loader.list_available_services() == ["bank", "mine", "shop"]
    assert loader.list_available_services("paginators-1") == ["bank", "pages"]


def test_api_versions_of_folders_and_store_are_listed_together(loader_of):
    loader = loader_of({"bank/2022-01-01/service-2.json": MODEL})
    assert loader.list_api_versions("bank") == ["2019-01-01", "2020-01-01", "2022-01-01"]
    assert loader.determine_latest_version("bank") == "2022-01-01"
    assert loader.list_api_versions("bank", "paginators-1") == ["2020-01-01"]
    with pytest.raises(DataNotFoundError, match="nope"):
        loader.list_api_versions("nope")


def test_the_first_folder_hides_later_ones_and_the_store(loader_of):
    files = {"bank/2020-01-01/service-2.json": {**MODEL, "who": "first"}}
    loader = loader_of(files, {"bank/2020-01-01/service-2.json": {**MODEL, "who": "second"}})
    assert loader.load_service_model("bank")["who"] == "first"
    assert loader.service_model("bank").service_id == "Mine"
    assert loader.service_model("bank", "2019-01-01").service_id == "Tiny Bank"


def test_a_plain_file_hides_a_packed_one(loader_of):
    loader = loader_of(
        {"m/1/service-2.json": {**MODEL, "who": "plain"}, "m/1/service-2.json.gz": {**MODEL, "who": "packed"}}
    )
    assert loader.load_service_model("m")["who"] == "plain"


def test_a_packed_file_is_read(loader_of):
    assert loader_of({"m/1/service-2.json.gz": MODEL}).service_model("m").service_id == "Mine"


def test_a_whole_model_of_the_store_is_a_dictionary(loader_of):
    loader = loader_of()
    model = loader.load_service_model("bank", "service-2")
    assert list(model["operations"]) == ["Pay", "Audit"]
    assert model is loader.load_service_model("bank", "service-2", "2020-01-01")


def test_extras_of_a_folder_extend_a_model_of_the_store(loader_of):
    loader = loader_of({"bank/2020-01-01/service-2.sdk-extras.json": {"merge": {"metadata": {"serviceId": "Other"}}}})
    assert loader.service_model("bank").service_id == "Other"
    assert loader.load_data("bank/2020-01-01/service-2")["metadata"]["serviceId"] == "Tiny Bank"
    assert loader_of().service_model("bank").service_id == "Tiny Bank"


def test_extras_of_the_store_extend_a_model_of_a_folder(loader_of):
    loader = loader_of({"bank/2020-01-01/service-2.json": MODEL})
    assert loader.load_service_model("bank")["shapes"]["Stamp"] == {"type": "string"}


def test_extras_may_lie_in_another_folder(loader_of):
    loader = loader_of({"m/1/service-2.json": MODEL}, {"m/1/service-2.sdk-extras.json": {"merge": {"extra": 1}}})
    assert loader.load_service_model("m")["extra"] == 1


def test_documents_come_from_the_first_place_that_has_them(loader_of):
    loader = loader_of({"bank/2020-01-01/waiters-2.json": {"waiters": {}}})
    assert loader.document("bank", "waiters-2") == {"waiters": {}}
    assert "pagination" in loader.document("bank", "paginators-1")
    with pytest.raises(DataNotFoundError, match="nope-1"):
        loader.document("bank", "nope-1")
    with pytest.raises(DataNotFoundError, match=r"bank/1999-01-01/paginators-1"):
        loader.document("bank", "paginators-1", "1999-01-01")


def test_documents_and_models_of_the_store_are_shared_by_all_loaders(loader_of):
    one, other = loader_of(), loader_of()
    assert one.service_model("bank") is other.service_model("bank", "2020-01-01")
    assert one.document("bank", "paginators-1") is other.document("bank", "paginators-1")
    assert one.shared("partitions") is other.shared("partitions")


def test_models_of_folders_are_not_shared(loader_of):
    files = {"mine/1/service-2.json": MODEL}
    one, other = loader_of(files), loader_of(files)
    assert one.service_model("mine") is one.service_model("mine")
    assert one.service_model("mine") is not other.service_model("mine")


def test_shared_data_of_a_folder_comes_first(loader_of):
    loader = loader_of({"partitions.json": {"partitions": []}})
    assert loader.shared("partitions") == {"partitions": []}
    assert loader.shared("_retry") == {"definitions": {}}
    with pytest.raises(DataNotFoundError, match="nope"):
        loader.shared("nope")


def test_data_is_loaded_with_the_path_it_came_from(loader_of, store, tmp_path):
    loader = loader_of({"mine/1/service-2.json": MODEL})
    content, path = loader.load_data_with_path("mine/1/service-2")
    assert content == MODEL
    assert path == os.fspath(tmp_path / "path0/mine/1/service-2.json")
    assert not loader.is_builtin_path(path)
    assert loader.is_builtin_path(loader.load_data_with_path("partitions")[1])
    assert loader.load_data("bank/2020-01-01/resources-1") == {"service": {"has": {}}}
    for name in ("nope", "a/b", "bank/1/service-2", "bank/2020-01-01/nope-1"):
        with pytest.raises(DataNotFoundError, match=name):
            loader.load_data(name)


def test_a_name_cannot_leave_the_search_path(loader_of, tmp_path):
    loader = loader_of({"x/1/service-2.json": MODEL})
    write_files(tmp_path, {"secret.json": {}, "out/1/service-2.json": MODEL})
    with pytest.raises(DataNotFoundError):
        loader.load_data("../secret")
    with pytest.raises(UnknownServiceError):
        loader.service_model("../out")


def test_an_unknown_service_names_near_matches(loader_of):
    with pytest.raises(UnknownServiceError, match=r"'bnak'.*bank, shop.*Did you mean: bank\?") as caught:
        loader_of().service_model("bnak")
    assert caught.value.kwargs["service_name"] == "bnak"
    with pytest.raises(UnknownServiceError, match="Did you mean: bank"):
        loader_of({"mine/1/service-2.json": MODEL}).load_service_model("Bank", "service-2")


@pytest.mark.parametrize("files", [{}, {"bank/2022-01-01/service-2.json": MODEL}])
def test_an_unknown_api_version_names_the_known_ones(loader_of, files):
    loader = loader_of(files)
    expected = r"bank/1999-01-01/service-2 \(known api versions: 2019-01-01"
    with pytest.raises(DataNotFoundError, match=expected):
        loader.service_model("bank", "1999-01-01")
    with pytest.raises(DataNotFoundError, match=expected):
        loader.load_service_model("bank", "service-2", "1999-01-01")


def test_a_broken_file_is_named_with_the_pointer_of_the_fault(loader_of, tmp_path):
    loader = loader_of({"m/1/service-2.json": b'{"shapes": {"A": {"type": "list"}, "B/C": [1, {"x": tru}]}}'})
    with pytest.raises(InvalidModelError) as caught:
        loader.service_model("m")
    assert caught.value.kwargs["path"] == os.fspath(tmp_path / "path0/m/1/service-2.json")
    assert caught.value.kwargs["pointer"] == "/shapes/B~1C/1/x"
    assert "line 1 column" in caught.value.kwargs["reason"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x1f\x8b garbage", "service-2.json.gz"),
        (gzip.compress(b'{"metadata": {}}')[:-9], "service-2.json.gz"),
        (b"[]", "service-2.json"),
        (b"", "service-2.json"),
        (b'{"a": "\xff"}', "service-2.json"),
    ],
)
def test_a_file_that_is_no_model_is_named(loader_of, content, name):
    with pytest.raises(InvalidModelError, match=name):
        loader_of({f"m/1/{name}": content}).service_model("m")


@pytest.mark.parametrize(
    ("model", "pointer"),
    [
        ({}, "/metadata"),
        ({"metadata": {}, "operations": []}, "/operations"),
        ({"metadata": {}, "operations": {"A": 1}}, "/operations/A"),
        ({"metadata": {}, "operations": {"A": {"input": "X"}}}, "/operations/A/input"),
        ({"metadata": {}, "operations": {"A": {"errors": [{"shape": "E"}, {}]}}}, "/operations/A/errors/1/shape"),
        ({"metadata": {}, "shapes": {"A/B": {}}}, "/shapes/A~1B/type"),
        ({"metadata": {}, "shapes": {"A": {"type": "struct"}}}, "/shapes/A/type"),
        ({"metadata": {}, "shapes": {"A": {"type": "list"}}}, "/shapes/A/member"),
        (
            {"metadata": {}, "shapes": {"A": {"type": "map", "key": {"shape": ""}, "value": 1}}},
            "/shapes/A/value",
        ),
        ({"metadata": {}, "shapes": {"A": {"type": "structure", "members": {"M": []}}}}, "/shapes/A/members/M"),
    ],
)
def test_a_model_of_the_wrong_form_is_named_with_its_place(loader_of, model, pointer):
    with pytest.raises(InvalidModelError) as caught:
        loader_of({"m/1/service-2.json": model}).service_model("m")
    assert caught.value.kwargs["pointer"] == pointer


def test_a_private_service_works_without_a_store(tmp_path):
    write_files(tmp_path, {"mine/1/service-2.json": MODEL, "partitions.json": {"p": 1}})
    loader = DataLoader([tmp_path], _missing)
    assert loader.service_model("mine").service_id == "Mine"
    assert loader.shared("partitions") == {"p": 1}
    with pytest.raises(StoreError, match="Install sotalia again"):
        loader.service_model("s3")


def test_a_folder_that_does_not_exist_is_empty(store, tmp_path):
    loader = DataLoader([tmp_path / "none"], lambda: store)
    assert loader.list_available_services() == ["bank", "shop"]
    assert loader.service_model("bank").service_id == "Tiny Bank"


def test_nothing_is_opened_before_it_is_needed():
    DataLoader((), _missing)


def test_the_search_path_ends_with_the_home_folder(monkeypatch):
    monkeypatch.setenv("HOME", "/home/tiny")
    monkeypatch.setenv("MODELS", "/srv/models")
    given = os.pathsep.join(["$MODELS/a", "~/b", ""])
    assert search_paths_of(given) == ["/srv/models/a", "/home/tiny/b", "/home/tiny/.aws/models"]
    assert search_paths_of(None) == ["/home/tiny/.aws/models"]


def test_many_threads_get_one_model(store):
    loader = DataLoader((), lambda: store)
    barrier = threading.Barrier(16)
    seen = []

    def work():
        barrier.wait(10)
        model = loader.service_model("bank")
        seen.append((model, model.operation_model("Pay").input_shape.members.keys()))

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(seen) == 16
    assert all(model is seen[0][0] for model, _ in seen)


def test_loaders_without_folders_are_one_until_there_is_a_folder(tmp_path):
    paths = [str(tmp_path / "a"), str(tmp_path / "b")]
    shared = data_loader(paths)
    assert data_loader(paths) is shared
    assert shared.own_data is None
    assert data_loader([*paths, str(tmp_path / "c")]) is not shared
    (tmp_path / "b").mkdir()
    own = data_loader(paths)
    assert own is not shared
    assert own.own_data is own
    assert data_loader(paths) is not own, "each session reads the folders itself"

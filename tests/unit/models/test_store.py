import json
import os
import threading
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sotalia.components.errors import StoreError
from sotalia.models.compile import compile_models
from sotalia.models.shapes import ServiceModel
from sotalia.models.store import Store, default_store
from tiny_models import BANK, data_folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tiny")
    compile_models(data_folder(folder / "data"), folder / "aws.store")
    return folder / "aws.store"


@pytest.fixture
def store(tiny):
    return Store.open(tiny)


def test_the_index_lists_services_and_api_versions(store):
    assert store.services() == ["bank", "shop"]
    assert store.services_with("endpoint-rule-set-1") == ["bank", "rules-only"]
    assert store.api_versions("bank") == ["2019-01-01", "2020-01-01"]
    assert store.api_versions("bank", "paginators-1") == ["2020-01-01"]
    assert store.entry("bank") == ("bank", ("2019-01-01", "2020-01-01"), "Tiny Bank", "bank", "tinybank")
    assert store.aliases() == {"bank": "tiny-bank"}


def test_a_service_is_that_of_its_latest_version_unless_one_is_given(store):
    assert store.service("bank").api_version == "2020-01-01"
    assert store.service("bank", "2019-01-01").metadata["apiVersion"] == "2019-01-01"


def test_every_record_is_that_of_the_model_without_documentation(store):
    source = store.service("bank", "2019-01-01")
    assert source.operation_names() == list(BANK["operations"])
    assert source.shape_names() == list(BANK["shapes"])
    assert source.shape("Lone") == BANK["shapes"]["Lone"]
    assert source.shape("String") == BANK["shapes"]["String"]
    assert source.shape("Amount") == BANK["shapes"]["Amount"]
    assert source.shape("Stamp") == {"type": "timestamp"}
    assert source.shape("PayRequest")["members"]["documentation"] == {"shape": "String"}
    assert source.operation("Audit") == BANK["operations"]["Audit"]
    assert source.operation("Pay")["errors"] == BANK["operations"]["Pay"]["errors"]
    assert source.client_context_params == BANK["clientContextParams"]


def test_a_whole_model_has_all_sections(store):
    model = store.service("bank", "2019-01-01").model()
    assert model.keys() == BANK.keys() - {"documentation"}
    assert model["version"] == "2.0"
    assert list(model["shapes"]) == list(BANK["shapes"])


def test_error_shapes_are_known_without_their_records(store):
    source = store.service("bank")
    assert source.error_shape_names() == ["NoFunds", "ResourceNotFoundException"]
    assert ServiceModel(source).shape_for_error_code("InsufficientFunds").name == "NoFunds"


def test_a_record_is_decoded_once(store):
    source = store.service("bank")
    assert source.shape("PayRequest") is source.shape("PayRequest")
    assert store.service("bank") is source


def test_extras_are_merged(store):
    source = store.service("bank")
    assert source.shape("PayRequest")["members"]["Extra"] == {"shape": "String"}
    assert source.shape("Stamp") == {"type": "string"}
    assert store.document("bank", None, "paginators-1") == {
        "pagination": {"Audit": {"input_token": "Next", "non_aggregate_keys": ["A"]}}
    }


def test_any_kind_of_file_is_kept(store):
    assert store.document("bank", "2020-01-01", "resources-1") == {"service": {"has": {}}}
    assert store.document("bank", None, "endpoint-rule-set-1")["parameters"] == {"Region": {"type": "String"}}
    assert store.shared("partitions") == {"partitions": [{"id": "tiny"}]}
    assert store.shared_kinds() == ["_retry", "partitions"]
    assert "resources-1" in store.kinds("bank", "2020-01-01")
    assert "service-2" in store.kinds("bank", "2020-01-01")


@pytest.mark.parametrize(
    "ask",
    [
        lambda store: store.service("nope"),
        lambda store: store.service("bank", "1999-01-01"),
        lambda store: store.service("rules-only", "2000-01-01"),
        lambda store: store.service("bank").shape("nope"),
        lambda store: store.service("bank").operation("PayRequest"),
        lambda store: store.service("bank").shape("String\n"),
        lambda store: store.document("bank", None, "nope-1"),
        lambda store: store.shared("nope"),
    ],
)
def test_what_is_not_there_is_a_key_error(store, ask):
    with pytest.raises(KeyError):
        ask(store)


def test_documentation_comes_from_its_own_file(store):
    source = store.service("bank")
    assert source.documentation("service", "") == "<p>A bank.</p>"
    assert source.documentation("operation", "Pay") == "<p>Pays — at once.</p>"
    assert source.documentation("shape", "PayRequest$documentation") == "<p>A member of this name.</p>"
    assert source.documentation("shape", "Stamp") == "<p>A time.</p>"
    assert source.documentation("shape", "Amount") == ""


def test_documentation_is_empty_without_its_file(tiny, tmp_path):
    alone = tmp_path / "alone.store"
    alone.write_bytes(tiny.read_bytes())
    assert Store.open(alone).service("bank").documentation("operation", "Pay") == ""


def test_a_damaged_documentation_file_is_an_error(tiny, tmp_path):
    (tmp_path / "b.store").write_bytes(tiny.read_bytes())
    (tmp_path / "b.docs").write_bytes(b"garbage")
    with pytest.raises(StoreError, match=r"b\.docs"):
        Store.open(tmp_path / "b.store").service("bank").documentation("operation", "Pay")


def test_info_says_what_the_store_was_compiled_from(store, tiny):
    info = store.info()
    assert info["path"] == os.fspath(tiny)
    assert info["bytes"] == tiny.stat().st_size
    assert info["counts"] == {"services": 2, "versions": 3, "operations": 4, "shapes": 20}
    assert set(info["source"]) == {"name", "version"}


@pytest.mark.parametrize("content", [b"", b"SOT", b"x" * 100, b"SOTSTORE" + bytes(100)])
def test_a_foreign_file_is_refused_with_a_remedy(tmp_path, content):
    path = tmp_path / "foreign.store"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="Install sotalia again") as caught:
        Store.open(path)
    assert caught.value.kwargs["path"] == os.fspath(path)


def test_a_missing_file_is_refused_with_a_remedy(tmp_path):
    with pytest.raises(StoreError, match=r"No such file.*Install sotalia again"):
        Store.open(tmp_path / "none.store")


def test_another_format_is_refused_by_its_number(tiny, tmp_path):
    content = bytearray(tiny.read_bytes())
    content[8] = 99
    path = tmp_path / "newer.store"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="format 99"):
        Store.open(path)


def test_a_store_cut_short_anywhere_is_refused(tiny, tmp_path):
    content = tiny.read_bytes()
    path = tmp_path / "cut.store"
    for length in [*range(0, 40), len(content) // 2, len(content) - 1]:
        path.write_bytes(content[:length])
        with pytest.raises(StoreError):
            Store.open(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_bit_is_found_by_opening_or_verifying(tiny, tmp_path, data):
    content = bytearray(tiny.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "flipped.store"
    path.unlink(missing_ok=True)
    path.write_bytes(content)
    with pytest.raises(StoreError):
        Store.open(path).verify()


def test_a_damaged_record_is_a_store_error(tiny, tmp_path):
    content = tiny.read_bytes().replace(b"audit/{Id}", b"audit/\xff\xff\xff\xff")
    path = tmp_path / "damaged.store"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="is damaged"):
        Store.open(path).service("bank").operation("Audit")


def test_an_undamaged_store_verifies(store):
    store.verify()


def test_a_store_that_is_replaced_stays_readable_where_it_is_open(tiny, tmp_path):
    path = tmp_path / "aws.store"
    compile_models(data_folder(tmp_path / "data"), path)
    before = Store.open(path)
    (tmp_path / "data/shop/2021-05-05/service-2.json").unlink()
    compile_models(tmp_path / "data", path)
    assert before.services() == ["bank", "shop"]
    assert before.service("shop").metadata["serviceId"] == "Shop"
    assert Store.open(path).services() == ["bank"]


def test_many_threads_touch_records_first_at_once(tiny):
    store = Store.open(tiny)
    barrier = threading.Barrier(16)
    seen, errors = [], []

    def work():
        try:
            barrier.wait(10)
            source = store.service("bank")
            seen.append([source.shape(name) for name in source.shape_names()])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert not errors
    assert len(seen) == 16
    assert all(a is b for other in seen[1:] for a, b in zip(seen[0], other, strict=True))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_reads_the_mapped_store(tiny):
    store = Store.open(tiny)
    source = store.service("bank")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        code = 1
        try:
            code = 0 if source.shape("Amount")["max"] == 2**70 and store.service("shop").metadata else 2
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert source.shape("Amount")["max"] == 2**70


def test_the_default_store_is_opened_once():
    assert default_store() is default_store()
    assert Path(default_store().path).name == "aws.store"
    assert {"s3", "ec2", "sts", "dynamodb"} <= set(default_store().services())


def test_the_regions_of_a_service_are_a_record_of_their_own(tmp_path):
    endpoints = {
        "partitions": [
            {
                "partition": "aws",
                "services": {
                    "global": {"partitionEndpoint": "aws-global", "isRegionalized": False, "endpoints": {}},
                    "usual": {"endpoints": {"us-east-1": {}}},
                },
            }
        ]
    }
    folder = data_folder(tmp_path / "data")
    (folder / "endpoints.json").write_text(json.dumps(endpoints))
    compile_models(folder, tmp_path / "aws.store")
    store = Store.open(tmp_path / "aws.store")
    assert store.region_partitions() == ["aws"]
    assert store.region_line("aws", "global") == "aws-global|no||||"
    assert store.region_line("aws", "usual") is None
    assert store.region_line("aws-cn", "global") is None


def test_a_store_without_endpoints_knows_no_regions(store):
    assert store.region_partitions() is None

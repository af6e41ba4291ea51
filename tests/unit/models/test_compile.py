import json
import zipfile
from pathlib import Path

import pytest
from sotalia.components.errors import InvalidModelError
from sotalia.models import build_store, store_file
from sotalia.models.compile import compile_models
from sotalia.models.store import Store
from tiny_models import FILES, data_folder, write_files


def _left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_same_input_gives_the_same_bytes(tmp_path):
    data = data_folder(tmp_path / "data")
    for name in ("one", "two"):
        compile_models(data, tmp_path / f"{name}.store")
    for ending in ("store", "docs"):
        assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()


def test_a_wheel_is_compiled_like_its_data_folder(tmp_path):
    data = data_folder(tmp_path / "botocore" / "data")
    wheel = tmp_path / "botocore-9.8.7-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("botocore/__init__.py", "")
        archive.writestr("botocore/data/README", "")
        for name in FILES:
            archive.write(data / name, f"botocore/data/{name}")
    counts = compile_models(wheel, tmp_path / "wheel.store")
    assert counts == compile_models(tmp_path / "botocore", tmp_path / "folder.store")
    one, other = Store.open(tmp_path / "wheel.store"), Store.open(tmp_path / "folder.store")
    assert one.info()["source"] == {"name": "botocore", "version": "9.8.7"}
    assert one.services() == other.services()
    assert one.service("bank").model() == other.service("bank").model()


def test_the_version_is_read_from_the_package_beside_the_data(tmp_path):
    data_folder(tmp_path / "botocore" / "data")
    (tmp_path / "botocore" / "__init__.py").write_text("__version__ = '1.2.3'\n")
    compile_models(tmp_path, tmp_path / "x.store")
    assert Store.open(tmp_path / "x.store").info()["source"] == {"name": "botocore", "version": "1.2.3"}
    assert build_store.recorded(tmp_path / "x.store") == ("1.2.3", None, build_store.own_digest())


def test_the_build_adds_the_resources_of_another_package(tmp_path):
    data = data_folder(tmp_path / "botocore" / "data")
    (tmp_path / "botocore" / "__init__.py").write_text("__version__ = '1.2.3'\n")
    more = tmp_path / "boto3" / "data" / "bank" / "2020-01-01"
    more.mkdir(parents=True)
    (more / "resources-1.json").write_text('{"service": {}, "resources": {"Vault": {}}}')
    (tmp_path / "boto3" / "__init__.py").write_text("__version__ = '4.5.6'\n")
    build_store.main(data, tmp_path / "x.store", tmp_path / "boto3" / "data")
    compile_models(tmp_path / "botocore", tmp_path / "y.store", tmp_path / "boto3")
    assert (tmp_path / "y.store").read_bytes() == (tmp_path / "x.store").read_bytes()
    assert build_store.recorded(tmp_path / "x.store") == ("1.2.3", "4.5.6", build_store.own_digest())
    document = Store.open(tmp_path / "x.store").document("bank", "2020-01-01", "resources-1")
    assert document["resources"] == {"Vault": {}}


def test_a_store_is_recorded_only_when_both_files_are_whole(tmp_path):
    store = tmp_path / "x.store"
    assert build_store.recorded(store) is None
    compile_models(data_folder(tmp_path / "data"), store)
    assert build_store.recorded(store) is not None
    content = store.read_bytes()
    store.write_bytes(content[:-1])
    assert build_store.recorded(store) is None
    store.write_bytes(content[:8] + b"\x63" + content[9:])
    assert build_store.recorded(store) is None
    store.write_bytes(content)
    store.with_suffix(".docs").unlink()
    assert build_store.recorded(store) is None


@pytest.mark.parametrize(
    ("name", "content", "pointer"),
    [
        ("bank/2020-01-01/service-2.json", b'{"metadata": {}, "shapes": {"A": }}', "/shapes/A"),
        ("bank/2020-01-01/service-2.json", {"metadata": {}, "shapes": {"A": 1}}, "/shapes/A"),
        ("bank/2020-01-01/service-2.json", {"metadata": {}, "shapes": {"A\n": {}}}, "/shapes/A\n"),
        (
            "bank/2020-01-01/service-2.json",
            {"metadata": {}, "operations": {"A": {"input": "B"}}},
            "/operations/A/input",
        ),
        ("bank/2020-01-01/waiters-2.json", b"[]", ""),
        ("endpoints.json", b"", ""),
        ("bank/2020-01-01/waiters-2.json.gz", b"no gzip", ""),
    ],
)
def test_a_broken_file_stops_the_compilation_and_leaves_nothing(tmp_path, name, content, pointer):
    data = write_files(data_folder(tmp_path / "data"), {name: content})
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(InvalidModelError) as caught:
        compile_models(data, target / "aws.store")
    assert name.removesuffix(".gz").removesuffix(".json") in caught.value.kwargs["path"]
    assert caught.value.kwargs["pointer"] == pointer
    assert not _left(target)


def test_a_source_without_models_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.whl").write_bytes(b"no wheel")
    for source in ("empty", "file.whl", "none"):
        with pytest.raises(InvalidModelError, match=source):
            compile_models(tmp_path / source, tmp_path / "aws.store")


def test_a_target_of_another_name_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"\*\.store"):
        compile_models(data_folder(tmp_path / "data"), tmp_path / "aws.docs")


def test_a_failed_write_leaves_the_old_store(tmp_path, monkeypatch):
    store = tmp_path / "target" / "aws.store"
    store.parent.mkdir()
    data = data_folder(tmp_path / "data")
    compile_models(data, store)
    before = store.read_bytes()
    monkeypatch.setattr(build_store.os, "fsync", _no_space)
    with pytest.raises(OSError, match="No space"):
        compile_models(data, store)
    assert store.read_bytes() == before
    assert _left(store.parent) == {"aws.store", "aws.docs"}


def _no_space(descriptor):
    raise OSError(28, "No space left on device")


def test_compiler_and_reader_agree_on_the_format():
    assert build_store.FORMAT == store_file.FORMAT


def test_the_compiler_stands_alone(tmp_path):
    import subprocess
    import sys

    data = data_folder(tmp_path / "data")
    done = subprocess.run(
        [sys.executable, "-I", "-S", build_store.__file__, str(data), str(tmp_path / "aws.store")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["services"] == 2
    assert Store.open(tmp_path / "aws.store").services() == ["bank", "shop"]

"""What the build makes: a wheel and an editable install, both with the compiled store.

About 30 s, because both build in isolation as users do; the strict editable mode only with SOTALIA_ALL_MODELS=1.
"""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
LEAVE = shutil.ignore_patterns(
    ".*", "build", "dist", "docs", "changes", "tests", "*.egg-info", "*.store", "*.docs", "__pycache__"
)
READ = """
import sys, sotalia.models.store as module
store = module.default_store()
store.verify()
print(store.path, len(store.services()), store.service("s3").documentation("operation", "GetObject")[:3])
"""


def _packages() -> set[str]:
    folders = {path.parent.relative_to(CHECKOUT) for path in CHECKOUT.rglob("__init__.py")}
    return {
        ".".join(["sotalia", *folder.parts])
        for folder in folders
        if not folder.parts or not folder.parts[0].startswith((".", "build", "tests"))
    }


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    copy = tmp_path_factory.mktemp("packaging") / "checkout"
    shutil.copytree(CHECKOUT, copy, ignore=LEAVE)
    for name in ("README.md", "LICENSE", "NOTICE"):
        (copy / name).touch()
    return copy


@pytest.fixture(scope="module")
def wheel(tree):
    (tree / "models" / "aws.store").write_bytes(b"SOTSTORE" + bytes(100))  # what an older format left
    _pip("wheel", "--no-deps", "--wheel-dir", tree.parent, tree)
    (found,) = tree.parent.glob("*.whl")
    return found


def _pip(*arguments: object, python: Path | None = None) -> None:
    chosen = ["--python", str(python)] if python else []
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *chosen, *map(str, arguments)],
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stdout + done.stderr


def _read_store(python: Path, cwd: Path) -> list[str]:
    return subprocess.run(
        [python, "-I", "-c", READ], cwd=cwd, capture_output=True, text=True, check=True
    ).stdout.split()


def test_every_package_is_listed():
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    assert set(project["tool"]["setuptools"]["packages"]) == _packages()


def test_the_wheel_holds_the_package_and_the_store_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        store = archive.getinfo("sotalia/models/aws.store")
    top = {name.split("/")[0] for name in names}
    (info,) = {name for name in top if name.endswith(".dist-info")}
    assert top == {"sotalia", info}
    assert {"sotalia/py.typed", "sotalia/models/aws.docs"} <= set(names)
    assert {name for name in names if name.endswith("__init__.py")} == {
        f"{package.replace('.', '/')}/__init__.py" for package in _packages()
    }
    assert not [name for name in names if "/tests/" in name or name.endswith(".tmp")]
    assert 10_000_000 < store.file_size < 20_000_000  # compiled again
    assert store.compress_size < 5_000_000


@pytest.mark.parametrize(
    "mode",
    [
        "lenient",
        pytest.param("strict", marks=pytest.mark.skipif("SOTALIA_ALL_MODELS" not in os.environ, reason="takes long")),
    ],
)
def test_an_editable_install_reads_the_store_of_the_checkout(wheel, tree, tmp_path, mode):
    store = tree / "models" / "aws.store"
    compiled = store.stat().st_mtime_ns
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    _pip("install", "--no-deps", "-C", f"editable_mode={mode}", "-e", tree, python=python)
    path, services, documentation = _read_store(python, tmp_path)
    assert Path(path).samefile(store)
    assert int(services) > 400
    assert documentation == "<p>"
    assert store.stat().st_mtime_ns == compiled  # a current store is not compiled again

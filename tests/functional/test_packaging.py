"""What the build makes: a source archive without models, a wheel and editable installs with them.

About a minute, because everything is built in isolation, as users do.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest
from sotalia.session_core.version import version

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
LEAVE = shutil.ignore_patterns(
    ".*", "build", "dist", "docs", "changes", "tests", "*.egg-info", "*.store", "*.docs", "__pycache__"
)
READ = """
import sys, sotalia.models.store as module
store = module.default_store()
store.verify()
print(store.path, len(store.services()), store.service("s3").documentation("operation", "GetObject")[:3])
"""

pytestmark = pytest.mark.timeout(600)


def _packages() -> set[str]:
    folders = {path.parent.relative_to(CHECKOUT) for path in CHECKOUT.rglob("__init__.py")}
    return {
        ".".join(["sotalia", *folder.parts])
        for folder in folders
        if not folder.parts or not folder.parts[0].startswith((".", "build", "tests", "examples"))
    }


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout, in which an older format of the store was left."""
    copy = tmp_path_factory.mktemp("packaging") / "checkout"
    shutil.copytree(CHECKOUT, copy, ignore=LEAVE)
    (copy / "models" / "aws.store").write_bytes(b"SOTSTORE" + bytes(100))
    return copy


@pytest.fixture(scope="module")
def dist(tree: Path) -> Path:
    """The folder with the source archive, and with the wheel that was built from that archive."""
    folder = tree.parent / "dist"
    _run(sys.executable, "-m", "build", "--outdir", folder, tree, cwd=tree.parent)
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    (found,) = dist.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that holds the wheel alone, without its dependencies."""
    return _install(tmp_path_factory.mktemp("installed"), wheel)


def _install(folder: Path, *what: object) -> Path:
    _run(sys.executable, "-m", "venv", "--without-pip", folder)
    _run(sys.executable, "-m", "pip", "--quiet", "--python", folder / "bin" / "python", "install", "--no-deps", *what)
    return folder / "bin"


def _run(*command: object, cwd: Path | None = None) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE_", "PYTHON"))}
    environ["PIP_CACHE_DIR"] = str(CHECKOUT / ".cache" / "pip")
    environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    done = subprocess.run([*map(str, command)], cwd=cwd, env=environ, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_every_package_is_listed() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    assert set(project["tool"]["setuptools"]["packages"]) == _packages()


def test_the_version_is_told_once() -> None:
    assert PROJECT["version"] == version()


def test_the_source_archive_holds_no_models(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {"LICENSE", "NOTICE", "README.md", "pyproject.toml", "models/build_store.py"} <= names
    assert not [name for name in names if name.endswith((".store", ".docs"))]
    assert archive.stat().st_size < 2_000_000


def test_the_wheel_holds_the_package_and_the_store_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        store = archive.getinfo("sotalia/models/aws.store")
    top = {name.split("/")[0] for name in names}
    (info,) = {name for name in top if name.endswith(".dist-info")}
    assert top == {"sotalia", info}
    assert {"sotalia/py.typed", "sotalia/models/aws.docs"} <= set(names)
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/NOTICE"} <= set(names)
    assert {name for name in names if name.endswith("__init__.py")} == {
        f"{package.replace('.', '/')}/__init__.py" for package in _packages()
    }
    modules = {str(path.relative_to(CHECKOUT)) for path in CHECKOUT.glob("[a-z]*/**/*.py")} | {
        path.name for path in CHECKOUT.glob("*.py")
    }
    ours = {name for name in modules if not name.startswith(("tests/", "build/", "examples/"))}
    assert {name.removeprefix("sotalia/") for name in names if name.endswith(".py")} == ours
    assert not [name for name in names if "/tests/" in name or name.endswith(".tmp")]
    assert 10_000_000 < store.file_size < 20_000_000  # compiled again
    assert store.compress_size < 5_000_000
    assert wheel.name.endswith("-py3-none-any.whl")


def test_the_metadata_says_what_the_project_says(wheel: Path) -> None:
    metadata = _metadata(wheel)
    assert (metadata["Name"], metadata["Version"]) == ("sotalia", version())
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == PROJECT["requires-python"]
    needed = [text for text in metadata.get_all("Requires-Dist", []) if "extra ==" not in text]
    assert sorted(needed) == sorted(PROJECT["dependencies"])
    assert not [text for text in metadata.get_all("Requires-Dist", []) if text.startswith(("boto", "s3transfer"))]
    assert set(metadata.get_all("Provides-Extra", [])) == set(PROJECT["optional-dependencies"])


@pytest.mark.parametrize("program", [["sotalia"], ["python", "-m", "sotalia"]], ids=" ".join)
def test_the_command_line_of_the_wheel_runs(installed: Path, tmp_path: Path, program: list[str]) -> None:
    command = [installed / program[0], *program[1:]]
    assert _run(*command, "--version", cwd=tmp_path) == f"sotalia {version()}\n"
    facts = _run(*command, "models", "info", cwd=tmp_path)
    assert "botocore" in facts
    assert "1.44.5" in facts


def test_the_wheel_gives_its_version_to_others(installed: Path, tmp_path: Path) -> None:
    code = "import importlib.metadata, sotalia; print(importlib.metadata.version('sotalia'), sotalia.__version__)"
    assert _run(installed / "python", "-I", "-c", code, cwd=tmp_path).split() == [version(), version()]


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_an_editable_install_reads_the_store_of_the_checkout(dist: Path, tree: Path, tmp_path: Path, mode: str) -> None:
    del dist  # built before, so that a store is there for the second mode at least
    store = tree / "models" / "aws.store"
    before = store.stat().st_mtime_ns
    current = store.stat().st_size > 1000
    programs = _install(tmp_path / "venv", "-C", f"editable_mode={mode}", "-e", tree)
    said = _run(programs / "python", "-I", "-c", READ, cwd=tmp_path)
    path, services, documentation = said.split()
    assert Path(path).samefile(store)
    assert int(services) > 400
    assert documentation == "<p>"
    assert (store.stat().st_mtime_ns == before) is current  # a current store is not compiled again
    assert "botocore" in _run(programs / "sotalia", "models", "info", cwd=tmp_path)

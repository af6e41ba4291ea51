"""The setuptools command that compiles the service models while the package is built.

setuptools loads this file by its path, alone: it imports nothing of the
package by name. The store is written beside it, in the checkout: a wheel packs
it, an editable install reads it there.
"""

import importlib.util
from pathlib import Path
from types import ModuleType

from setuptools.command.build_py import build_py  # type: ignore[import-untyped] # no stubs where it is built

__all__ = ["BuildModels"]


class BuildModels(build_py):  # type: ignore[misc] # untyped base
    """Compile the store unless a current one is there, then build as usual."""

    def run(self) -> None:
        """Run the command; ``RuntimeError`` if there is neither a store nor botocore to compile it from."""
        here = Path(__file__).resolve().parent
        store = here / "aws.store"
        compiler = _load(here / "build_store.py")
        known = compiler.recorded(store)
        botocore, boto3 = _package("botocore"), _package("boto3")
        if botocore is None or boto3 is None:
            if known is None or known[2] != compiler.own_digest():
                raise RuntimeError(
                    "No current model store, and botocore and boto3 are not both installed to compile one from: they "
                    "are build requirements (see [build-system] in pyproject.toml), which --no-build-isolation leaves "
                    "to you"
                )
        elif known != (compiler.version_of(botocore), compiler.version_of(boto3), compiler.own_digest()):
            self.announce(f"compiling the service models of {botocore} and {boto3} into {store}", level=2)
            compiler.main(botocore / "data", store, boto3 / "data")
        super().run()


def _package(name: str) -> Path | None:
    """Return the folder of a package, which is not imported; ``None`` if it is not there."""
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("sotalia_build_store", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

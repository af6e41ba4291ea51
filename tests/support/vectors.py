"""The public test vectors, taken at test time from the pinned botocore source distribution.

Nothing of it is committed. ``sdist()`` downloads the archive with pip into
``.cache`` of the checkout once, and unpacks it; processes that start together
wait for one of them.
"""

import os
import subprocess
import sys
import tarfile
from functools import cache
from pathlib import Path

from filelock import FileLock

VERSION = "1.44.5"
CHECKOUT = Path(__file__).resolve().parents[2]


@cache
def sdist() -> Path:
    """Return the folder of the unpacked source distribution."""
    given = os.environ.get("SOTALIA_BOTOCORE_SDIST")
    if given:
        return Path(given)
    folder = CHECKOUT / ".cache" / "vectors"
    folder.mkdir(parents=True, exist_ok=True)
    root = folder / f"botocore-{VERSION}"
    with FileLock(folder / "lock", timeout=600):
        if not (root / ".complete").exists():
            subprocess.run(
                [
                    *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"),
                    *(f"botocore=={VERSION}", "--dest", str(folder)),
                ],
                check=True,
            )
            with tarfile.open(folder / f"botocore-{VERSION}.tar.gz") as archive:
                archive.extractall(folder, filter="data")
            (root / ".complete").touch()
    return root

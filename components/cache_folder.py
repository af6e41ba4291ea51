"""The folder of the shared cache, where no setting names one."""

import os
import sys
from collections.abc import Mapping

__all__ = ["default_folder"]


def default_folder(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """Return where the cache is unless somebody says otherwise; ``None`` if there is no home folder.

    ``$XDG_RUNTIME_DIR/sotalia`` if that variable names a folder of this user
    alone; on macOS ``~/Library/Caches/sotalia``, which no backup has; else
    ``~/.aws/sotalia/cache``.
    """
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
        try:
            found = os.stat(runtime)
        except OSError:
            pass
        else:
            # As the XDG base directory specification asks for: owned by the user, access for nobody else.
            if found.st_uid == os.geteuid() and not found.st_mode & 0o077:
                return os.path.join(runtime, "sotalia")
    home = environ.get("HOME") or os.path.expanduser("~")
    if not (os.path.isabs(home) and os.path.isdir(home)):
        return None
    if platform == "darwin" and os.path.isdir(os.path.join(home, "Library", "Caches")):
        return os.path.join(home, "Library", "Caches", "sotalia")
    return os.path.join(home, ".aws", "sotalia", "cache")

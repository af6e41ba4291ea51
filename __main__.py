"""The command line: ``python -m sotalia`` and ``sotalia``."""

import sys

from .ops.command_line import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())

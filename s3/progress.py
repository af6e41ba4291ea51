"""``sotalia.s3.progress``: progress bars for transfers, with ``rich``."""

from ..session_core.transfer_progress import ProgressBars

__all__ = ["ProgressBars"]

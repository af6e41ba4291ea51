"""A progress bar for transfers; needs ``rich`` (the extra ``progress``)."""

from collections.abc import Callable
from os import PathLike
from typing import Any

from ..components.errors import MissingDependencyException

__all__ = ["ProgressBars"]


class ProgressBars:
    """Progress bars in a terminal, one for each transfer; a context manager.

    ``with ProgressBars() as bars: client.upload_file(..., Callback=bars.file("data.bin"))``.
    ``console`` is rich's, for programs that have one. Raises
    ``MissingDependencyException`` where ``rich`` is not installed. Safe in threads.
    """

    def __init__(self, console: Any = None) -> None:
        try:
            from rich import progress
        except ImportError as problem:
            raise MissingDependencyException(
                msg="progress bars need the package rich: pip install 'sotalia[progress]'"
            ) from problem
        self._bars = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.DownloadColumn(binary_units=True),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
            console=console,
        )

    def __enter__(self) -> "ProgressBars":
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def bar(self, description: str, size: int | None = None) -> Callable[[int], None]:
        """Add a bar and return its callback; ``size`` is in bytes, ``None`` where it is not known."""
        task = self._bars.add_task(description, total=size)

        def advance(count: int) -> None:
            self._bars.advance(task, count)

        return advance

    def file(self, path: str | PathLike[str]) -> Callable[[int], None]:
        """Add a bar for the upload of a file and return its callback."""
        import os

        return self.bar(os.path.basename(path), os.path.getsize(path))

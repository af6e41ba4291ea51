"""CloudWatch Logs: a parameter whose name is a word of Python."""

from typing import ClassVar

from .customization import Customization

__all__ = ["CloudWatchLogs"]


class CloudWatchLogs(Customization):
    """``CreateExportTask`` takes ``fromTime`` for ``from``, which no keyword argument can be called."""

    parameter_aliases: ClassVar = {"CreateExportTask": {"fromTime": "from"}}

"""How objects are transferred: the settings, under boto3's names."""

from typing import Any, Final

__all__ = ["GB", "KB", "MB", "TransferConfig"]

KB: Final = 1024
MB: Final = KB * KB
GB: Final = KB * MB

_DEFAULTS: Final[dict[str, Any]] = {
    "multipart_threshold": 8 * MB,
    "max_concurrency": 10,
    "multipart_chunksize": 8 * MB,
    "num_download_attempts": 5,
    "max_io_queue": 100,
    "io_chunksize": 256 * KB,
    "use_threads": True,
    "max_bandwidth": None,
    "preferred_transfer_client": "auto",
}
_OTHER_NAMES: Final = {"max_request_concurrency": "max_concurrency", "max_io_queue_size": "max_io_queue"}
_COUNTS: Final = frozenset(_DEFAULTS) - {"use_threads", "preferred_transfer_client"}


class TransferConfig:
    """The settings of transfers; ``None`` means the default.

    Sizes are in bytes, ``max_bandwidth`` in bytes a second. From
    ``multipart_threshold`` on an object is transferred in parts of
    ``multipart_chunksize``, ``max_concurrency`` of them at a time (one with
    ``use_threads=False``, in the thread of the caller). A part of a download is
    asked for ``num_download_attempts`` times before the download fails;
    ``io_chunksize`` bytes of it are held at once, without TLS four times as
    many. ``max_io_queue`` and
    ``preferred_transfer_client`` are kept for programs that give them: nothing
    is queued, and there is one client. The attributes can be set later; the
    next transfer heeds them. Raises ``ValueError`` for what is not above 0.
    """

    multipart_threshold: int
    max_concurrency: int
    multipart_chunksize: int
    num_download_attempts: int
    max_io_queue: int
    io_chunksize: int
    use_threads: bool
    max_bandwidth: int | None
    preferred_transfer_client: str

    def __init__(
        self,
        multipart_threshold: int | None = None,
        max_concurrency: int | None = None,
        multipart_chunksize: int | None = None,
        num_download_attempts: int | None = None,
        max_io_queue: int | None = None,
        io_chunksize: int | None = None,
        use_threads: bool | None = None,
        max_bandwidth: int | None = None,
        preferred_transfer_client: str | None = None,
    ) -> None:
        given = locals()
        for name, default in _DEFAULTS.items():
            value = default if given[name] is None else given[name]
            if name in _COUNTS and value is not None and value <= 0:
                raise ValueError(f"{name} must be greater than 0, not {value!r}")
            setattr(self, name, value)

    def __repr__(self) -> str:
        own = [f"{name}={getattr(self, name)!r}" for name in _DEFAULTS if getattr(self, name) != _DEFAULTS[name]]
        return f"TransferConfig({', '.join(own)})"

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(_OTHER_NAMES.get(name, name), value)

    @property
    def max_request_concurrency(self) -> int:
        """``max_concurrency`` under its other name."""
        return self.max_concurrency

    @property
    def max_io_queue_size(self) -> int:
        """``max_io_queue`` under its other name."""
        return self.max_io_queue

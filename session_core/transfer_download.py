"""Downloads: the whole object in one request, or ranges of it in parallel, each taken up again where it broke off."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..components.errors import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
    RetriesExceededError,
    S3DownloadFailedError,
    S3ValidationError,
)
from .transfer_config import TransferConfig
from .transfer_crew import Crew
from .transfer_pace import Bandwidth
from .transfer_parts import ranges
from .transfer_targets import Target

__all__ = ["download"]

_BREAKS: Final = (
    *(IncompleteReadError, ReadTimeoutError, ResponseStreamingError),
    *(ConnectionClosedError, ConnectTimeoutError, EndpointConnectionError),
)
_PLAIN_CHUNKS: Final = 4
_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 5.0


def download(
    client: Any,
    crew: Crew,
    target: Target,
    bucket: str,
    key: str,
    extra: Mapping[str, Any],
    config: TransferConfig,
    heard: Callable[[int], object],
    bandwidth: Bandwidth | None,
) -> None:
    """Download an object to a target; raises what the calls raise, and leaves nothing half done.

    From ``multipart_threshold`` on every range is asked for by the ETag that
    the object had at first: one that is replaced meanwhile is an error
    (``S3DownloadFailedError``), and not a mix of two.
    """
    crew.check()
    head = client.head_object(Bucket=bucket, Key=key, **extra, _options=crew.options)
    size, etag = int(head["ContentLength"]), head.get("ETag")
    many = size >= config.multipart_threshold and size > 0
    cut = ranges(size, config.multipart_chunksize) if many else [(0, size)]
    take = _Take(client, crew, target, {"Bucket": bucket, "Key": key, **extra}, etag, config, heard, bandwidth)
    if many and etag is not None:
        take.args["IfMatch"] = etag
    try:
        target.begin(size)
        if len(cut) == 1:
            got = take.part((0, 0, size, None if not many else "bytes=0-"))
        else:
            last = len(cut) - 1
            crew.each(
                [
                    (number, start, count, f"bytes={start}-{'' if number == last else start + count - 1}")
                    for number, (start, count) in enumerate(cut)
                ],
                take.part,
            )
            got = size
        target.finish(got)
    except BaseException:
        target.discard()
        raise


class _Take:
    """How the parts of one object are taken; safe in threads."""

    def __init__(
        self,
        client: Any,
        crew: Crew,
        target: Target,
        args: dict[str, Any],
        etag: str | None,
        config: TransferConfig,
        heard: Callable[[int], object],
        bandwidth: Bandwidth | None,
    ) -> None:
        self._client = client
        self._crew = crew
        self._target = target
        self.args = args
        self._etag = etag
        self._attempts = config.num_download_attempts
        # The kernel fills a large buffer in one call; TLS gives 16 KiB at a time, which had better stay in the cache.
        plain = str(client.meta.endpoint_url).startswith("http://")
        room = _PLAIN_CHUNKS * config.io_chunksize if plain else config.io_chunksize
        self._room = room if bandwidth is None else min(room, bandwidth.block)
        self._heard = heard
        self._bandwidth = bandwidth

    def part(self, which: tuple[int, int, int, str | None]) -> int:
        """Take a part (number, first byte, length, range to ask for) and return its length.

        One that breaks off is asked for again from there on. Where that cannot
        be done safely, for want of a range or an ETag, it begins anew, and the
        callback is told of fewer bytes.
        """
        number, start, count, wanted = which
        got = 0
        problem: BaseException | None = None
        for attempt in range(self._attempts):
            if attempt:
                # At once the first time: one connection that breaks is no sign of a service in trouble.
                self._crew.pause(0 if attempt == 1 else min(_FIRST_PAUSE * 2 ** (attempt - 2), _LONGEST_PAUSE))
                if got and (wanted is None or self._etag is None):
                    self._heard(-got)
                    got = 0
            asked = wanted if not got or wanted is None else f"bytes={start + got}-{wanted.partition('-')[2]}"
            args = self.args if asked is None else {**self.args, "Range": asked}
            if attempt and self._etag is not None:
                args = {**args, "IfMatch": self._etag}
            try:
                answer = self._client.get_object(**args, _options=self._crew.options)
                if wanted is None:
                    count = int(answer.get("ContentLength", count))
                else:
                    _check_range(answer, start + got, count - got)
                with self._crew.reading(answer["Body"]) as body:
                    for piece in _pieces(body, min(self._room, count - got or 1)):
                        if got + len(piece) > count:
                            raise S3ValidationError(f"the service sent more than the {count} bytes of part {number}")
                        if self._bandwidth is not None:
                            self._crew.pause(self._bandwidth.take(len(piece)))
                        self._target.write(number, start + got, piece)
                        got += len(piece)
                        self._heard(len(piece))
                self._crew.check()
                if got == count:
                    self._target.part_done(number, self._crew.check)
                    return count
                problem = IncompleteReadError(actual_bytes=got, expected_bytes=count)
            except _BREAKS as broken:
                self._crew.check()
                problem = broken
            except ClientError as refused:
                if "IfMatch" in args and refused.response.get("Error", {}).get("Code") == "PreconditionFailed":
                    raise S3DownloadFailedError(
                        f'Contents of stored object "{args["Key"]}" in bucket "{args["Bucket"]}" '
                        "did not match expected ETag."
                    ) from refused
                raise
        raise RetriesExceededError(problem) from problem


def _pieces(body: Any, room: int) -> Any:
    """Yield what a body gives, in pieces of up to ``room`` bytes, in one buffer where the body can fill it."""
    into = getattr(body, "readinto", None)
    if into is None:
        while data := body.read(room):
            yield memoryview(data)
        return
    buffer = memoryview(bytearray(room))
    while count := into(buffer):
        yield buffer[:count]


def _check_range(answer: Mapping[str, Any], first: int, count: int) -> None:
    """See that the service answers with the range that was asked for, and not with all of the object."""
    said = answer.get("ContentRange")
    if said is None:
        if first == 0 and answer.get("ContentLength") == count:
            return  # which is the same here
        raise S3ValidationError(f"a range from byte {first} on was asked for, and the service sent the whole object")
    begin = said.partition(" ")[2].partition("-")[0]
    if begin != str(first):
        raise S3ValidationError(f"Response range start `{begin}` does not match requested start `{first}`")

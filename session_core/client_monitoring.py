"""Client-side monitoring: a datagram per attempt and per call for whoever listens on this host, if it is asked for.

Settings ``csm_enabled``, ``csm_host``, ``csm_port`` and ``csm_client_id``. The
records are JSON of version 1, those of the AWS SDKs, without the session token:
it is a secret, and who listens can be anybody.
Source: "SDK metrics for enterprise support" and its agent, AWS SDKs and Tools reference guide.
"""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from ..components.clock import Clock
    from ..components.events import EventEmitter
    from ..components.settings_snapshot import Snapshot

__all__ = ["ClientMonitor", "monitor_of"]

_VERSION: Final = 1
_LONGEST: Final = {"ClientId": 255, "UserAgent": 256, "AwsException": 128, "SdkException": 128}
_LONGEST_MESSAGE: Final = 512
_MOST_BYTES: Final = 8192
_IDS: Final = {
    "x-amz-id-2": "XAmzId2",
    "x-amz-request-id": "XAmzRequestId",
    "x-amzn-requestid": "XAmznRequestId",
}
_KEPT: Final = "client_monitoring"


class ClientMonitor:
    """Tells about the calls of one client. Never raises, never waits; safe in threads and across fork."""

    def __init__(self, host: str, port: int, client_id: str, clock: "Clock") -> None:
        self._address = host, port
        self._client_id = client_id
        self._clock = clock
        self._socket: Any = None

    def __del__(self) -> None:
        # Clients are dropped and not closed.
        made = getattr(self, "_socket", None)
        if made is not None:
            made.close()

    def listen(self, events: "EventEmitter") -> None:
        """Register with the emitter of a client."""
        events.register_first("before-parameter-build", self._began)
        events.register_first("request-created", self._sending)
        events.register_last("response-received", self._answered)
        events.register_last("after-call", self._done)
        events.register_last("after-call-error", self._failed)

    def _began(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        context[_KEPT] = {
            "service": str(model.service_model.service_id),
            "api": model.name,
            "began": self._clock.time(),
            "attempts": 0,
        }

    def _sending(self, request: Any, **_: Any) -> None:
        kept = request.context.get(_KEPT)
        if kept is not None:
            kept.update(request=request, sent=self._clock.time(), attempts=kept["attempts"] + 1)

    def _answered(
        self, response_dict: Any, parsed_response: Any, context: dict[str, Any], exception: Any, **_: Any
    ) -> None:
        kept = context.get(_KEPT)
        if kept is None:
            return
        record = self._record("ApiCallAttempt", kept, kept["sent"])
        record["AttemptLatency"] = self._milliseconds_since(kept["sent"])
        record["Fqdn"] = kept["request"].url.partition("://")[2].partition("/")[0].partition("?")[0]
        record.update(_signed_by(kept["request"]))
        if response_dict is not None:
            record["HttpStatusCode"] = response_dict["status_code"]
            headers = response_dict["headers"]
            record.update({shown: headers[name] for name, shown in _IDS.items() if name in headers})
        record.update(_failure("", parsed_response, exception))
        self._send(record)

    def _done(self, http_response: Any, parsed: Any, context: dict[str, Any], **_: Any) -> None:
        exceeded = bool(parsed.get("ResponseMetadata", {}).get("MaxAttemptsReached"))
        self._call(context, {"FinalHttpStatusCode": http_response.status_code}, parsed, None, exceeded)

    def _failed(self, exception: Exception, context: dict[str, Any], **_: Any) -> None:
        retries = context.get("retries") or {}
        exceeded = bool(retries) and retries.get("attempt", 0) >= retries.get("max", 1) > 1
        self._call(context, {}, None, exception, exceeded)

    def _call(self, context: dict[str, Any], more: dict[str, Any], parsed: Any, exception: Any, exceeded: bool) -> None:
        kept = context.get(_KEPT)
        if kept is None:
            return
        record = self._record("ApiCall", kept, kept["began"])
        record["AttemptCount"] = kept["attempts"]
        if "request" in kept and (region := _signed_by(kept["request"]).get("Region")) is not None:
            record["Region"] = region
        record.update(more)
        record.update(_failure("Final", parsed, exception))
        record["Latency"] = self._milliseconds_since(kept["began"])
        record["MaxRetriesExceeded"] = int(exceeded)
        self._send(record)

    def _record(self, kind: str, kept: dict[str, Any], moment: float) -> dict[str, Any]:
        record = {
            "Version": _VERSION,
            "ClientId": self._client_id,
            "Type": kind,
            "Service": kept["service"],
            "Api": kept["api"],
            "Timestamp": int(moment * 1000),
        }
        agent = kept["request"].headers.get("User-Agent") if "request" in kept else None
        return record if agent is None else {**record, "UserAgent": agent}

    def _milliseconds_since(self, moment: float) -> int:
        return max(0, int((self._clock.time() - moment) * 1000))

    def _send(self, record: dict[str, Any]) -> None:
        from json import dumps

        cut = {name: value[: _LONGEST[name]] if name in _LONGEST else value for name, value in record.items()}
        data = dumps(cut, separators=(",", ":")).encode()
        if len(data) > _MOST_BYTES:
            return
        try:
            if self._socket is None:
                import socket

                made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                made.setblocking(False)
                self._socket = made
            self._socket.sendto(data, self._address)
        except OSError:  # nobody listens, or the buffer is full: calls count for more than what is told about them
            pass


def _signed_by(request: Any) -> dict[str, str]:
    """Return access key and region, as the signature of a request says them."""
    _, found, rest = str(request.headers.get("Authorization", "")).partition("Credential=")
    scope = rest.partition(",")[0].split("/")
    if not found:
        return {}
    return {"AccessKey": scope[0], "Region": scope[2]} if len(scope) == 5 else {"AccessKey": scope[0]}


def _failure(prefix: str, parsed: Any, exception: Any) -> dict[str, str]:
    if exception is not None:
        of, name, message = "Sdk", type(exception).__name__, str(exception)
    else:
        error = parsed.get("Error") if isinstance(parsed, dict) else None
        if not isinstance(error, dict) or "Code" not in error:
            return {}
        of, name, message = "Aws", str(error["Code"]), str(error.get("Message", ""))
    return {f"{prefix}{of}Exception": name[:128], f"{prefix}{of}ExceptionMessage": message[:_LONGEST_MESSAGE]}


def monitor_of(settings: "Snapshot", clock: "Clock") -> ClientMonitor | None:
    """Return what tells about calls, ``None`` unless the settings ask for it."""
    if not settings.get("csm_enabled"):
        return None
    return ClientMonitor(settings.get("csm_host"), settings.get("csm_port"), settings.get("csm_client_id") or "", clock)

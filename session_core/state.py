"""What a client fixes for all of its calls: the immutable setting in which a pipeline runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from ..components.clock_skew import SkewedClock
from ..components.retry import StandardRetry
from .trace_header import in_lambda

if TYPE_CHECKING:
    from ..components.clock import Clock
    from ..components.config import Config
    from ..components.events import EventEmitter
    from ..components.retry import RetryStrategy
    from ..models.shapes import ServiceModel
    from .integrity_policy import IntegrityPolicy

__all__ = ["ClientState", "Identity", "IdentitySource"]


class Identity(Protocol):
    """Who signs: an immutable triple, and the account if it is known."""

    @property
    def access_key(self) -> str:
        """The access key id."""
        ...

    @property
    def secret_key(self) -> str:
        """The secret key."""
        ...

    @property
    def token(self) -> str | None:
        """The session token."""

    @property
    def account_id(self) -> str | None:
        """The account."""


class IdentitySource(Protocol):
    """Where a client's identity comes from; asked once per attempt."""

    def identity(self) -> Identity | None:
        """Return the current identity, loaded or refreshed if need be; ``None`` if there is none."""

    def rejected(self, access_key: str) -> bool:
        """Say that a service refused the key; ``True`` if another one may come of asking again."""
        ...


class ClientState:
    """A client's own parts, as the pipeline needs them. Not changed after the client is made."""

    __slots__ = (
        "auth",
        "before_attempt",
        "bucket_regions",
        "clock",
        "config",
        "discovery",
        "endpoint",
        "events",
        "exceptions",
        "identities",
        "in_lambda",
        "integrity",
        "new_invocation_id",
        "passes",
        "region_name",
        "region_note",
        "retry",
        "service_clock",
        "service_model",
        "signer",
        "tells_max_at_once",
        "user_agent",
        "validate_parameters",
    )

    def __init__(
        self,
        *,
        service_model: "ServiceModel",
        events: "EventEmitter",
        config: "Config",
        region_name: str | None,
        endpoint: Any,
        signer: Any,
        retry: "RetryStrategy",
        clock: "Clock",
        identities: IdentitySource,
        exceptions: Any,
        user_agent: str,
        new_invocation_id: Callable[[], str],
        integrity: "IntegrityPolicy",
        discovery: Callable[[], Any] | None = None,
        region_note: Callable[[], str | None] = lambda: None,
    ) -> None:
        self.service_model = service_model
        self.events = events
        self.config = config
        self.region_name = region_name
        self.region_note = region_note
        """What gives a note on a region that is not known, for errors of connections."""
        self.endpoint = endpoint
        self.signer = signer
        self.retry = retry
        self.before_attempt: Callable[[Any], float] | None = getattr(retry, "before_attempt", None)
        self.passes: Callable[[Any], bool] | None = retry.passes if type(retry) is StandardRetry else None
        """What ends a call whose first attempt has a good answer; ``None`` for strategies that want to hear of it."""
        self.tells_max_at_once: bool = getattr(retry, "tells_max_at_once", True)
        self.clock = clock
        self.identities = identities
        self.exceptions = exceptions
        self.user_agent = user_agent
        self.new_invocation_id = new_invocation_id
        self.integrity = integrity
        self.discovery = discovery
        """What gives the discovered endpoints; ``None`` for clients with an endpoint of the user's own."""
        self.validate_parameters: bool = bool(config.parameter_validation)
        self.service_clock = SkewedClock(clock.now)
        self.auth: dict[Any, tuple[Any, dict[str, Any]]] = {}
        """How operations are signed at the endpoints that were seen so far; kept by ``auth_scheme``."""
        self.bucket_regions: dict[str, str] = {}
        """Where buckets of S3 were found to be, that are not in the client's region; kept by ``bucket_regions``."""
        self.in_lambda: bool = in_lambda()
        """Whether calls say by which chain of functions they were caused."""

"""What a client's configuration says of checksums: towards AWS, and towards servers that speak S3 without being it."""

from typing import Final

from ..components.aws_domains import is_of_aws
from ..components.config import Config
from ..components.explanation import Explanation
from ..components.settings_snapshot import Snapshot

__all__ = ["IntegrityPolicy", "integrity_policy"]

_REQUEST: Final = "request_checksum_calculation"
_ANSWER: Final = "response_checksum_validation"


class IntegrityPolicy:
    """Which checksums a client adds and checks, with the reasons. Not changed once it is made.

    ``adds`` is whether bodies get a checksum that their operation does not
    demand, ``checks`` whether answers are asked for theirs. ``trailers`` is
    whether a checksum may follow the body (``aws-chunked``), ``md5`` whether
    ``Content-MD5`` stands where a checksum is demanded.
    """

    __slots__ = ("_answer", "_request", "adds", "checks", "md5", "trailers")

    def __init__(self, request: Explanation, answer: Explanation, foreign: bool) -> None:
        self._request = request
        self._answer = answer
        self.adds = request.value == "when_supported"
        self.checks = answer.value == "when_supported"
        self.trailers = self.adds or not foreign
        self.md5 = not self.trailers

    def __repr__(self) -> str:
        return f"<IntegrityPolicy adds={self.adds} checks={self.checks} trailers={self.trailers} md5={self.md5}>"

    def explain(self, name: str) -> Explanation | None:
        """Explain one of the two settings, or ``integrity``, all of it; ``None`` for other names."""
        if name == "integrity":
            kind = "CRC32 for every body" if self.adds else "checksums where an operation demands one"
            if self.md5:
                kind += ", as Content-MD5"
            kind += ", behind the body over TLS (aws-chunked)" if self.trailers else "; bodies as they are"
            return Explanation(name, kind, "composed", "composed", (), (self._request, self._answer))
        return {_REQUEST: self._request, _ANSWER: self._answer}.get(name)


def integrity_policy(given: Config, settings: Snapshot, endpoint_url: str | None) -> IntegrityPolicy:
    """Return the policy of a client: what the code says, then the settings, then the default of the endpoint.

    The default is ``when_supported`` towards AWS and ``when_required`` towards
    an endpoint of somebody else, which may know neither headers nor trailers.
    """
    foreign = not is_of_aws(endpoint_url)
    shown = endpoint_url if foreign else None
    return IntegrityPolicy(
        _explained(_REQUEST, given.request_checksum_calculation, settings, shown),
        _explained(_ANSWER, given.response_checksum_validation, settings, shown),
        foreign,
    )


def _explained(name: str, explicit: str | None, settings: Snapshot, foreign_url: str | None) -> Explanation:
    found: Explanation = settings.explain(name)
    if explicit is not None:
        return Explanation(name, explicit, "argument", "Config")
    if found.source == "default" and foreign_url is not None:
        from ..components.proxies import without_password

        where = f"the default for {without_password(foreign_url)}, which is not an endpoint of AWS"
        return Explanation(name, "when_required", "endpoint", where)
    return found

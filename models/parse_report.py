"""What to tell of an answer that cannot be read: of which call it is, where it goes wrong, and what to look at."""

from .parse_answer import Answer
from .parse_error import looks_like_html

__all__ = ["report_answer"]

_OTHER_TYPES = ("text/", "image/", "application/xhtml")


def report_answer(operation: str, protocol: str, answer: Answer, reason: str) -> str:
    """Return the reason with the call before it and a hint behind it; nothing of the body is shown."""
    identifier = answer.metadata.get("RequestId")
    request = f", request id {identifier}" if identifier else ""
    where = f"{operation} ({protocol}, status {answer.status}{request})"
    return f"{where}: {reason}{_hint(answer, protocol)}"


def _hint(answer: Answer, protocol: str) -> str:
    coding = str(answer.lower.get("content-encoding", "")).strip().lower()
    if coding not in ("", "identity", "aws-chunked"):
        return f"; it is encoded as {coding[:20]!r}, which was not asked for: does a proxy change answers?"
    kind = str(answer.lower.get("content-type", "")).partition(";")[0].strip().lower()
    html = isinstance(answer.body, bytes) and looks_like_html(answer.body)
    if html or (kind.startswith(_OTHER_TYPES) and kind != "text/xml"):
        what = "an HTML page" if html else f"of type {kind[:40]!r}"
        return f"; the body is {what}: did a proxy or a login page answer? Check the endpoint URL and the proxies"
    return ""

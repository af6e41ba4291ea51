"""What lies in the credential cache, told without a secret: entries, their states, and the keys they need."""

from shlex import split
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from ..components.cache import Entry, EntryIdentity
from ..components.cache_file import FileCache
from ..components.cache_format import ENTRY_LIMIT, SUFFIX, Stored, digest_of, open_entry
from ..components.cache_keys import KeysUnavailableError
from ..components.redaction import redact_text
from ..components.sealing import SealError, key_id_of
from ..providers.credential_set import CredentialSet, epoch_of
from ..providers.credentials import ReadOnlyCredentials
from ..providers.refresh_policy import MANDATORY_WINDOW
from ..providers.refresh_view import Windows, view_of

__all__ = ["EntryReport", "report_of", "reports_of"]

# Attributes of sotalia's own providers that are no secret, and those of which the host is shown. An external id, a
# policy, tags and the subject of a token are private; a command may hold a password, a container's URL is as good.
_SHOWN: Final = frozenset(
    """
    account account_id argument.DurationSeconds argument.RoleSessionName argument.SerialNumber bucket profile region
    role_arn role_name session sts.region token_file uid
    """.split()  # noqa: SIM905 - a table to read
)
_HOSTS: Final = frozenset({"endpoint", "start_url", "sts.endpoint"})
_KINDS: Final = frozenset(
    """
    assume-role assume-role-with-web-identity container-role custom-process iam-role login s3express sso
    """.split()  # noqa: SIM905 - a table to read
)
_SUMMARY: Final = ("role_arn", "role_name", "bucket", "session", "command", "profile", "endpoint")


class EntryReport(NamedTuple):
    """One entry. Times in epoch seconds; what is not known of an entry that does not open is ``None``.

    ``state`` is ``fresh``, ``advisory``, ``mandatory``, ``expired``,
    ``endless``, ``rejected`` (a service refused its key), ``failed`` (nothing
    but a failure; ``fetched_at`` and ``fetched_by`` are then of the first try),
    ``unreadable`` or ``old-format``; ``problem`` says why. A ``failure`` counts
    until ``failure_until``. ``opens`` tells whether the
    keys of now open it.
    """

    entry: str
    state: str
    opens: bool
    size: int
    key: str | None
    provider: str | None = None
    about: str = ""
    attributes: dict[str, str] = {}
    account: str | None = None
    access_key: str | None = None
    fetched_at: float | None = None
    fetched_by: int | None = None
    expires: float | None = None
    failure: str | None = None
    failure_until: float | None = None
    rejected: tuple[str, ...] = ()
    problem: str | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {**self._asdict(), "rejected": list(self.rejected)}


def reports_of(cache: FileCache, now: float) -> list[EntryReport]:
    """Return a report of each entry in the folder, taking no lock; raises ``OSError`` if it may not be used."""
    found = []
    for name in cache.folder.names():
        parts = digest_of(name)
        if parts is not None and parts[1] != ".lock":
            report = report_of(cache, *parts, now)
            if report is not None:
                found.append(report)
    return found


def report_of(cache: FileCache, digest: str, suffix: str, now: float) -> EntryReport | None:
    """Return the report of one file; ``None`` if it is gone."""
    try:
        sealed = cache.folder.read(digest + suffix, ENTRY_LIMIT)
    except OSError as error:
        return EntryReport(digest, "unreadable", False, 0, None, problem=error.strerror or type(error).__name__)
    if sealed is None:
        return None
    size, key_id = len(sealed), key_id_of(sealed)
    key = None if key_id is None else key_id.hex()
    if suffix != SUFFIX:
        return EntryReport(digest, "old-format", False, size, key, problem="written by another release of sotalia")
    try:
        stored = _open(cache, digest, sealed, key_id)
    except (SealError, KeysUnavailableError) as error:
        return EntryReport(digest, "unreadable", False, size, key, problem=str(error))
    except OSError as error:
        reason = f"the keys cannot be read: {error.strerror or type(error).__name__}"
        return EntryReport(digest, "unreadable", False, size, key, problem=reason)
    except (ValueError, RecursionError):
        return EntryReport(digest, "unreadable", False, size, key, problem="no entry of this format")
    return _describe(digest, size, key, stored, now)


def _open(cache: FileCache, digest: str, sealed: bytes, key_id: bytes | None) -> Stored:
    ring = cache.keys.ring(make=False)
    if ring is None:
        raise SealError("there is no key to open it with")
    if key_id is not None and all(key.key_id != key_id for key in ring.keys):
        ring = cache.keys.again(key_id) or ring
    return open_entry(ring, digest, sealed)


def _describe(digest: str, size: int, key: str | None, stored: Stored, now: float) -> EntryReport:
    identity, entry = stored
    attributes = _attributes(identity)
    expires, state = _state(entry, now)
    account = entry.value.get("account_id")
    return EntryReport(
        digest,
        state,
        True,
        size,
        key,
        identity.kind,
        next((attributes[name] for name in _SUMMARY if name in attributes), ""),
        attributes,
        str(account) if account else attributes.get("account_id") or _account_of(attributes.get("role_arn", "")),
        entry.value.get("access_key"),
        entry.fetched_at,
        entry.fetched_by,
        expires,
        None if entry.failure is None else redact_text(entry.failure),
        entry.failure_until,
        entry.rejected,
    )


def _state(entry: Entry, now: float) -> tuple[float | None, str]:
    if not entry.value:
        return None, "failed"
    try:
        expires = epoch_of(entry.value.get("expiry_time"))
    except ValueError:
        return None, "unreadable"
    if entry.value.get("access_key") in entry.rejected:
        return expires, "rejected"
    if expires is None:
        return None, "endless"
    if now >= expires:
        return expires, "expired"
    found = CredentialSet(ReadOnlyCredentials("", "", None), expires, entry.fetched_at, entry.fetched_by)
    return expires, view_of(found, Windows(None, MANDATORY_WINDOW)).state(now, False)


def _attributes(identity: EntryIdentity) -> dict[str, str]:
    """Return what may be shown: of others' providers names alone, since nobody knows what they put there."""
    shown = {}
    for name, value in identity.attributes:
        if name == "uid" or (identity.kind in _KINDS and name in _SHOWN):
            shown[name] = _printable(value)
        elif identity.kind in _KINDS and name in _HOSTS:
            parts = urlsplit(value)
            shown[name] = _printable(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")
        elif identity.kind == "custom-process" and name == "command":
            shown[name] = _printable(_program_of(value))
        else:
            shown[name] = "(not shown)"
    return shown


def _program_of(command: str) -> str:
    try:
        words = split(command)
    except ValueError:
        words = []
    return words[0].rpartition("/")[2] if words else ""


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _account_of(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 and parts[4] else None

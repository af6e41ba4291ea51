"""Credentials that a program prints: the ``custom-process`` provider (``credential_process`` of a profile).

Source: the AWS SDKs and Tools reference guide ("Process credential provider").
"""

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from ..components.errors import CredentialRetrievalError
from .profile_keys import profiles_of
from .provider import CredentialProvider, NotConfigured

if TYPE_CHECKING:  # loaded at first use: few profiles name a program
    from ..components.cache import EntryIdentity
    from ..components.child_process import Finished
    from .sharing import Sharing

__all__ = ["ProcessProvider"]

_VERSION: Final = 1
_TIMEOUT: Final = 60.0
_MOST: Final = 1 << 20
_KEY: Final = "credential_process"

# What differs between the workers of a fleet without meaning another identity. Any other variable may mean one.
_OF_THE_WORKER: Final = frozenset(
    {"COLUMNS", "INVOCATION_ID", "JOURNAL_STREAM", "LINES", "OLDPWD", "PWD", "SHLVL", "TERM", "TMPDIR", "WINDOWID", "_"}
    | {"GROUP_RANK", "LOCAL_RANK", "NODE_RANK", "RANK", "ROLE_RANK", "TORCHELASTIC_RUN_ID"}
)
_OF_THE_WORKERS: Final = ("PYTEST_", "OMPI_", "PMI_", "PMIX_", "SLURM_", "RAY_", "GUNICORN_", "CELERY_")


class ProcessProvider(CredentialProvider):
    """Run the command of a profile and read the JSON document that it prints.

    The command is split as a shell would, and run without one, in a process
    group of its own that is killed after ``timeout()`` seconds. Processes with
    the same command and environment share what one of them was told. A
    document without ``Expiration`` counts until a service refuses its key.
    A command that fails stops the chain.
    """

    METHOD = "custom-process"
    CANONICAL_NAME = None

    def __init__(
        self,
        profile_name: str | None,
        load_config: Callable[[], Mapping[str, Any]],
        *,
        environ: Mapping[str, str] | None = None,
        timeout: Callable[[], float | None] = lambda: None,
        run: "Callable[..., Finished] | None" = None,
        sharing: "Sharing | None" = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[], float] | None = None,
    ) -> None:
        super().__init__()
        self._profile_name = profile_name or "default"
        self._load_config = load_config
        self._environ = os.environ if environ is None else environ
        self._timeout = timeout
        self._run = run
        self._sharing = sharing
        self._clock = clock
        self._random = random

    def load(self) -> Any:
        """Run the command, unless another process has just done so."""
        if not self._profile().get(_KEY):
            return NotConfigured(
                f"no {_KEY} in profile {self._profile_name!r}", f"set {_KEY} to a command that prints credentials"
            )
        from .refresh import DeferredRefreshableCredentials

        credentials = DeferredRefreshableCredentials(
            self._fetch,
            self.METHOD,
            sharing=self._sharing,
            identity=self.cache_identity(),
            identify=self.cache_identity,
            longest_fetch=self._seconds(),
            clock=self._clock,
            random=self._random,
        )
        credentials.get_frozen_credentials()
        return credentials

    def source(self) -> str:
        """Name the program, without its arguments, and the profile that has it."""
        return f"the program {self._words()[0]!r} of profile {self._profile_name!r}"

    def cache_identity(self) -> "EntryIdentity | None":
        """Return the command with all that its answer may depend on: the environment, the folder, the host."""
        if self._sharing is None:
            return None
        from ..components.after_fork import import_whole
        from ..components.cache import EntryIdentity
        from ..components.hostid import host_attributes

        import_whole("hashlib", "json")
        from hashlib import sha256
        from json import dumps

        command = str(self._profile().get(_KEY))
        told = sorted(
            (name, value)
            for name, value in self._environ.items()
            if name not in _OF_THE_WORKER and not name.startswith(_OF_THE_WORKERS)
        )
        relative = any(word.startswith(".") for word in command.replace('"', " ").replace("'", " ").split())
        return EntryIdentity.of(
            self.METHOD,
            command=command,
            account=self._profile().get("aws_account_id"),
            environment=sha256(dumps(told).encode("utf-8", "surrogateescape")).hexdigest(),
            folder=os.getcwd() if relative else None,
            **host_attributes(),
        )

    def _profile(self) -> Mapping[str, Any]:
        return profiles_of(self._load_config()).get(self._profile_name) or {}

    def _seconds(self) -> float:
        return float(self._timeout() or _TIMEOUT)

    def _fetch(self) -> Mapping[str, Any]:
        from ..components.child_process import ChildTalkedTooMuchError, ChildTimedOutError, run_child
        from ..components.redaction import redact_foreign

        words = self._words()
        seconds, run = self._seconds(), self._run or run_child
        try:
            done = run(words, environ=self._environ, timeout=seconds, most=_MOST)
        except ChildTimedOutError:
            raise self._broken(
                f"the command {words[0]!r} did not end within {seconds:g} s (credential_process_timeout) and was killed"
            ) from None
        except ChildTalkedTooMuchError:
            raise self._broken(f"the command {words[0]!r} printed more than {_MOST >> 20} MiB and was killed") from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "the command holds a NUL"
            raise self._broken(f"the command {words[0]!r} cannot be run: {reason}") from None
        if done.status:
            how = f"status {done.status}" if done.status > 0 else f"signal {-done.status}"
            said = redact_foreign(done.errors.decode("utf-8", "replace")) or "nothing"
            raise self._broken(f"the command {words[0]!r} ended with {how}; it said: {said}")
        return self._read(done.output, words[0])

    def _words(self) -> list[str]:
        from ..components.command_words import split_command

        command = self._profile().get(_KEY)
        if not isinstance(command, str):
            raise self._broken(f"{_KEY} of the profile {self._profile_name!r} is not there any more, or no text")
        try:
            words = split_command(command)
        except ValueError:
            words = []
        if not words or not words[0]:
            raise self._broken(f"{_KEY} of the profile {self._profile_name!r} is no command: check its quotes")
        return words

    def _read(self, output: bytes, program: str) -> dict[str, Any]:
        """Read the document; nothing of it is quoted in an error but the number of its version."""
        from .document import check_keys, read_object

        try:
            document = read_object(output)
        except ValueError as error:
            raise self._broken(f"the command {program!r} printed {error}") from None
        version = document.get("Version")
        if type(version) is not int or version != _VERSION:
            said = f"Version {version}" if type(version) is int else "no Version number"
            raise self._broken(f"the command {program!r} printed a document with {said}; {_VERSION} is known")
        try:
            check_keys(document, "AccessKeyId", "SecretAccessKey")
        except ValueError as error:
            raise self._broken(f"the command {program!r} printed {error}") from None
        return {
            "access_key": document["AccessKeyId"],
            "secret_key": document["SecretAccessKey"],
            "token": document.get("SessionToken"),
            "expiry_time": document.get("Expiration"),
            "account_id": document.get("AccountId") or self._profile().get("aws_account_id"),
        }

    def _broken(self, reason: str) -> CredentialRetrievalError:
        return CredentialRetrievalError(provider=self.METHOD, error_msg=reason)

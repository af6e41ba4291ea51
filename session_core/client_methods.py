"""What clients of some services can do beyond their operations: methods, under boto3's names, of their classes.

``creating-client-class`` handlers see them among the class's attributes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any


__all__ = ["EXTRA_METHODS"]


def generate_presigned_post(
    self: Any,
    Bucket: str,  # noqa: N803 - the names that users give
    Key: str,  # noqa: N803
    Fields: Mapping[str, Any] | None = None,  # noqa: N803
    Conditions: Sequence[Any] | None = None,  # noqa: N803
    ExpiresIn: int = 3600,  # noqa: N803
) -> dict[str, Any]:
    """Return what a form needs to upload an object within ``ExpiresIn`` seconds: ``url``, and ``fields`` by name.

    ``Key`` may end in ``${filename}``. ``Fields`` are further fields of the
    form; each needs a condition of the policy in ``Conditions``
    (``{"acl": "private"}``, ``["content-length-range", 1, 10]``). The fields
    hold a signature: who has them can upload.
    """
    from .presigned_post import presigned_post

    plan = self._service_plan.operation("CreateBucket")
    return presigned_post(self._state, plan, Bucket, Key, Fields, Conditions, ExpiresIn, self.meta.partition)


def generate_db_auth_token(
    self: Any,
    DBHostname: str,  # noqa: N803
    Port: int,  # noqa: N803
    DBUsername: str,  # noqa: N803
    Region: str | None = None,  # noqa: N803
) -> str:
    """Return a password for a database user, good for 15 minutes of new connections: it is a secret."""
    from .auth_tokens import auth_token

    query = {"Action": "connect", "DBUser": DBUsername}
    return auth_token(self, "rds-db", f"{DBHostname}:{Port}", query, operation_name="connect", region=Region)


def _dsql(client: Any, action: str, hostname: str, region: str | None, expires_in: int) -> str:
    from .auth_tokens import auth_token

    return auth_token(
        client, "dsql", hostname, {"Action": action}, operation_name=action, region=region, expires_in=expires_in
    )


def generate_db_connect_auth_token(
    self: Any,
    Hostname: str,  # noqa: N803
    Region: str | None = None,  # noqa: N803
    ExpiresIn: int = 900,  # noqa: N803
) -> str:
    """Return a password for a user of the cluster at ``Hostname``: it is a secret."""
    return _dsql(self, "DbConnect", Hostname, Region, ExpiresIn)


def generate_db_connect_admin_auth_token(
    self: Any,
    Hostname: str,  # noqa: N803
    Region: str | None = None,  # noqa: N803
    ExpiresIn: int = 900,  # noqa: N803
) -> str:
    """Return a password for ``admin`` of the cluster at ``Hostname``: it is a secret."""
    return _dsql(self, "DbConnectAdmin", Hostname, Region, ExpiresIn)


def _cache_token(
    signing_name: str,
) -> Callable[..., str]:
    def generate_auth_token(
        self: Any,
        CacheName: str,  # noqa: N803
        Username: str,  # noqa: N803
        Region: str | None = None,  # noqa: N803
        Serverless: bool = False,  # noqa: N803
    ) -> str:
        """Return a password for a user of a replication group, cluster or serverless cache: it is a secret."""
        from .auth_tokens import auth_token

        query = {"Action": "connect", "User": Username}
        if Serverless:
            query["ResourceType"] = "ServerlessCache"
        return auth_token(self, signing_name, CacheName.lower(), query, operation_name="connect", region=Region)

    return generate_auth_token


def upload_file(
    self: Any,
    Filename: Any,  # noqa: N803
    Bucket: str,  # noqa: N803
    Key: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callable[[int], object] | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> None:
    """Upload a file, in parts and in parallel where it is large.

    ``ExtraArgs`` are those of ``S3Transfer.ALLOWED_UPLOAD_ARGS``, ``Callback``
    is told how many bytes more have gone, ``Config`` is a ``TransferConfig``.
    Raises ``S3UploadFailedError`` for what the service refuses.
    """
    _transfer(self, Config).upload_file(Filename, Bucket, Key, Callback, ExtraArgs)


def upload_fileobj(
    self: Any,
    Fileobj: Any,  # noqa: N803
    Bucket: str,  # noqa: N803
    Key: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callable[[int], object] | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> None:
    """Upload what a file-like object gives, from where it stands; it need not be seekable. See ``upload_file``."""
    _transfer(self, Config).upload_fileobj(Fileobj, Bucket, Key, Callback, ExtraArgs)


def download_file(
    self: Any,
    Bucket: str,  # noqa: N803
    Key: str,  # noqa: N803
    Filename: Any,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callable[[int], object] | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> None:
    """Download an object to a file, which is there when it is whole and not before.

    ``ExtraArgs`` are those of ``S3Transfer.ALLOWED_DOWNLOAD_ARGS``, ``Callback``
    is told how many bytes more have come, ``Config`` is a ``TransferConfig``.
    """
    _transfer(self, Config).download_file(Bucket, Key, Filename, ExtraArgs, Callback)


def download_fileobj(
    self: Any,
    Bucket: str,  # noqa: N803
    Key: str,  # noqa: N803
    Fileobj: Any,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callable[[int], object] | None = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> None:
    """Download an object into a file-like object that takes bytes; it need not be seekable. See ``download_file``."""
    _transfer(self, Config).download_fileobj(Bucket, Key, Fileobj, ExtraArgs, Callback)


def copy(
    self: Any,
    CopySource: Mapping[str, str],  # noqa: N803
    Bucket: str,  # noqa: N803
    Key: str,  # noqa: N803
    ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
    Callback: Callable[[int], object] | None = None,  # noqa: N803
    SourceClient: Any = None,  # noqa: N803
    Config: Any = None,  # noqa: N803
) -> None:
    """Copy an object (``{"Bucket": ..., "Key": ...}``, and ``VersionId``), in parts where it is large.

    ``SourceClient`` looks at the source, where it is in another region or needs
    other keys. ``ExtraArgs`` are those of ``S3Transfer.ALLOWED_COPY_ARGS``.
    """
    _transfer(self, Config).copy(CopySource, Bucket, Key, ExtraArgs, Callback, SourceClient)


def _transfer(client: Any, config: Any) -> Any:
    from .transfer_manager import S3Transfer

    return S3Transfer(client, config)


EXTRA_METHODS: Mapping[str, Mapping[str, Callable[..., Any]]] = {
    "S3": {
        "generate_presigned_post": generate_presigned_post,
        "upload_file": upload_file,
        "upload_fileobj": upload_fileobj,
        "download_file": download_file,
        "download_fileobj": download_fileobj,
        "copy": copy,
    },
    "RDS": {"generate_db_auth_token": generate_db_auth_token},
    "DSQL": {
        "generate_db_connect_auth_token": generate_db_connect_auth_token,
        "generate_db_connect_admin_auth_token": generate_db_connect_admin_auth_token,
    },
    "ElastiCache": {"generate_auth_token": _cache_token("elasticache")},
    "MemoryDB": {"generate_auth_token": _cache_token("memorydb")},
}
"""Methods by service id."""

"""One measurement of another SDK in a fresh process of its own environment; prints one line of JSON.

Like ``bench_worker``, whose calls, counts and rounds it uses, for what is no
boto3: each makes the same calls to the same server by its own interface. All
times are CPU seconds of the whole process, threads of the SDK included.
"""

from __future__ import annotations

import gc
import os
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

__all__ = ["main"]


class _Base:
    """``bench_worker``, read when it is needed: what reading it imports is not to be missing in ``import``."""

    def __getattr__(self, name: str) -> Any:
        from runpy import run_path

        folder = os.path.dirname(os.path.abspath(__file__))
        self.__dict__.update(run_path(os.path.join(folder, "bench_worker.py")))
        return self.__dict__[name]


base: Any = _Base()

_MODULES = {
    "aiobotocore": "aiobotocore.session",
    "awscrt": "awscrt.auth",
    "minio": "minio",
    "obstore": "obstore.store",
}


def _import(name: str) -> dict[str, float]:
    from importlib import import_module

    before, start = len(sys.modules), time.process_time()
    import_module(_MODULES[name])
    return {"cpu": time.process_time() - start, "modules": len(sys.modules) - before}


def _count(figure: str) -> int:
    known = base.CALLS.get(figure)
    return 1000 if known is None else known[2]


def _aiobotocore(figure: str) -> dict[str, float]:
    import asyncio

    async def measure() -> float:
        from aiobotocore.session import get_session  # type: ignore[import-not-found,import-untyped,unused-ignore]

        service, _, _, make = base.CALLS.get(figure, ("s3", "", 0, _presign))
        url = None if figure == "presign" else os.environ["BENCH_URL"]
        async with get_session().create_client(service, endpoint_url=url, **base.KEYS) as client:

            async def get() -> None:
                answer = await client.get_object(Bucket="bucket", Key="key")
                await answer["Body"].read()

            one = get if figure == "s3-get" else make(client, url)
            count, rounds = _count(figure), []
            gc.collect()
            for number in range(6):
                start = time.process_time()
                for _ in range(max(count // 5, 3)):
                    await one()
                if number:  # the first round is for warming up
                    rounds.append((time.process_time() - start) / max(count // 5, 3))
            median: float = base._median(rounds)
            return median

    return {"cpu": asyncio.run(measure())}


def _presign(client: Any, url: str | None) -> Callable[[], Any]:
    return lambda: client.generate_presigned_url("get_object", Params={"Bucket": "bucket", "Key": "key"})


def _obstore(figure: str) -> dict[str, float]:
    import obstore  # type: ignore[import-not-found,import-untyped,unused-ignore]
    from obstore.store import S3Store  # type: ignore[import-not-found,import-untyped,unused-ignore]

    store = S3Store(
        "bucket",
        endpoint=os.environ["BENCH_URL"],
        access_key_id=base.KEYS["aws_access_key_id"],
        secret_access_key=base.KEYS["aws_secret_access_key"],
        region=base.KEYS["region_name"],
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    from datetime import timedelta

    calls: dict[str, Callable[[], Any]] = {
        "s3-get": lambda: bytes(obstore.get(store, "key").bytes()),
        "s3-put": lambda: obstore.put(store, "key", b"x" * 1024, use_multipart=False),
        "s3-list": lambda: obstore.list(store).collect(),
        "presign": lambda: obstore.sign(store, "GET", "key", timedelta(hours=1)),
    }
    return {"cpu": base._per_call(calls[figure], _count(figure))}


def _minio(figure: str) -> dict[str, float]:
    from io import BytesIO

    from minio import Minio  # type: ignore[import-not-found,import-untyped,unused-ignore]

    host = os.environ["BENCH_URL"].partition("://")[2]
    keys = base.KEYS
    client = Minio(
        host,
        access_key=keys["aws_access_key_id"],
        secret_key=keys["aws_secret_access_key"],
        region=keys["region_name"],
        secure=False,
    )

    def get() -> bytes:
        answer = client.get_object(bucket_name="bucket", object_name="key")
        try:
            data: bytes = answer.read()
            return data
        finally:
            answer.close()
            answer.release_conn()

    calls: dict[str, Callable[[], Any]] = {
        "s3-get": get,
        "s3-put": lambda: client.put_object(
            bucket_name="bucket", object_name="key", data=BytesIO(b"x" * 1024), length=1024
        ),
        "s3-list": lambda: list(client.list_objects(bucket_name="bucket", recursive=True)),
        "presign": lambda: client.presigned_get_object(bucket_name="bucket", object_name="key"),
    }
    return {"cpu": base._per_call(calls[figure], _count(figure))}


def _awscrt(figure: str) -> dict[str, float]:
    from awscrt import auth, http  # type: ignore[import-not-found,import-untyped,unused-ignore]

    keys = base.KEYS
    provider = auth.AwsCredentialsProvider.new_static(keys["aws_access_key_id"], keys["aws_secret_access_key"])
    presigns = figure == "presign"

    def one() -> None:
        kinds = auth.AwsSignatureType
        config = auth.AwsSigningConfig(
            algorithm=auth.AwsSigningAlgorithm.V4,
            signature_type=kinds.HTTP_REQUEST_QUERY_PARAMS if presigns else kinds.HTTP_REQUEST_HEADERS,
            credentials_provider=provider,
            region=keys["region_name"],
            service="s3" if presigns else "dynamodb",
            signed_body_value="UNSIGNED-PAYLOAD" if presigns else None,
            expiration_in_seconds=3600 if presigns else None,
        )
        if presigns:
            request = http.HttpRequest("GET", "/key", http.HttpHeaders([("Host", "bucket.s3.amazonaws.com")]))
        else:
            headers = [
                ("Host", "dynamodb.us-east-1.amazonaws.com"),
                ("X-Amz-Target", "DynamoDB_20120810.GetItem"),
                ("Content-Type", "application/x-amz-json-1.0"),
            ]
            from io import BytesIO

            body = BytesIO(b'{"TableName": "table", "Key": {"id": {"S": "x"}}}')
            request = http.HttpRequest("POST", "/", http.HttpHeaders(headers), body)
        auth.aws_sign_request(request, config).result()

    return {"cpu": base._per_call(one, 2000)}


_MEASURES: dict[str, Callable[[str], dict[str, float]]] = {
    "aiobotocore": _aiobotocore,
    "awscrt": _awscrt,
    "minio": _minio,
    "obstore": _obstore,
}


def main(arguments: list[str]) -> None:
    """Measure one figure: ``SDK FIGURE``, or ``SDK call FIGURE``."""
    name, *figure = arguments
    import json

    print(json.dumps(_import(name) if figure == ["import"] else _MEASURES[name](figure[-1])))


if __name__ == "__main__":
    main(sys.argv[1:])

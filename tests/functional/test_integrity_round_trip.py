"""Bodies of all kinds to moto and back, with every checksum, as settings of the environment ask for."""

import io

import pytest
import sotalia

DATA = bytes(range(256)) * 5000
BODIES = {
    "bytes": lambda: DATA,
    "bytearray": lambda: bytearray(DATA),
    "file": lambda: io.BytesIO(DATA),
    "iterator": lambda: (DATA[at : at + 1000] for at in range(0, len(DATA), 1000)),
}


@pytest.mark.parametrize("setting", ["when_supported", "when_required"])
@pytest.mark.parametrize("algorithm", [None, "CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"])
@pytest.mark.usefixtures("aws")
def test_what_was_put_is_got(setting, algorithm, monkeypatch) -> None:
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", setting)
    monkeypatch.setenv("AWS_RESPONSE_CHECKSUM_VALIDATION", setting)
    client = sotalia.client("s3")
    client.create_bucket(Bucket="bucket")
    chosen = {} if algorithm is None else {"ChecksumAlgorithm": algorithm}
    for kind, make in BODIES.items():
        client.put_object(Bucket="bucket", Key=kind, Body=make(), ContentLength=len(DATA), **chosen)
        body = client.get_object(Bucket="bucket", Key=kind)["Body"]
        assert b"".join(body.iter_chunks(70_000)) == DATA
    assert len(client.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": k} for k in BODIES]})["Deleted"]) == 4

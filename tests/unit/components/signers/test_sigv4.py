import pickle
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.errors import UnsupportedPickleError
from sotalia.components.signers.sigv4 import (
    SigningKeyCache,
    amz_date,
    credential_scope,
    derive_signing_key,
    string_to_sign,
)


def test_signing_key_is_that_of_the_aws_guide() -> None:
    key = derive_signing_key("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830", "us-east-1", "iam")
    assert key.hex() == "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"


def test_signature_is_that_of_the_aws_guide() -> None:
    key = SigningKeyCache().get("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830", "us-east-1", "iam")
    text = (
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n"
        "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
    )
    assert key.sign(text) == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"


def test_string_to_sign_hashes_the_canonical_request() -> None:
    text = string_to_sign("20150830T123600Z", credential_scope("20150830", "r", "s"), "")
    assert text == (
        "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/r/s/aws4_request\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )


@given(st.datetimes(min_value=datetime(1000, 1, 1)), st.timedeltas(timedelta(0), timedelta(seconds=3)))
def test_date_is_in_utc_whatever_was_asked_before(moment: datetime, later: timedelta) -> None:
    aware = moment.replace(tzinfo=UTC)
    expected = moment.strftime("%Y%m%dT%H%M%SZ").rjust(16, "0")
    assert amz_date(aware) == expected
    assert amz_date(moment) == expected
    if moment.year < 9999:
        following = moment + later
        assert amz_date(following.replace(tzinfo=UTC)) == following.strftime("%Y%m%dT%H%M%SZ").rjust(16, "0")


def test_date_of_another_zone() -> None:
    zone = timezone(timedelta(hours=2))
    assert amz_date(datetime(2026, 1, 1, 1, 2, 3, tzinfo=zone)) == "20251231T230203Z"


def test_key_is_derived_once() -> None:
    cache = SigningKeyCache()
    assert cache.get("secret", "20260101", "r", "s") is cache.get("secret", "20260101", "r", "s")
    assert cache.get("other", "20260101", "r", "s") is not cache.get("secret", "20260101", "r", "s")


def test_cache_is_bounded_and_keeps_what_is_used() -> None:
    cache = SigningKeyCache(4)
    kept = cache.get("hot", "20260101", "r", "s")
    for number in range(100):
        cache.get(f"secret {number}", "20260101", "r", "s")
        assert cache.get("hot", "20260101", "r", "s") is kept
        assert len(cache) <= 8
    cache.clear()
    assert len(cache) == 0


def test_cache_shows_and_pickles_no_secret() -> None:
    cache = SigningKeyCache()
    key = cache.get("canary-secret", "20260101", "r", "s")
    assert "canary" not in repr(cache) + repr(key) + str(vars(type(cache)))
    assert b"canary" not in pickle.dumps(cache)
    with pytest.raises(UnsupportedPickleError):
        pickle.dumps(key)


def test_one_key_signs_in_many_threads() -> None:
    cache = SigningKeyCache(2)
    texts = [f"text {number}" for number in range(50)]
    expected = [cache.get("secret", "20260101", "r", "s").sign(text) for text in texts]
    results: list[list[str]] = []

    def work(number: int) -> None:
        cache.get(f"noise {number}", "20260101", "r", "s")
        results.append([cache.get("secret", "20260101", "r", "s").sign(text) for text in texts])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 16

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.models.endpoint_functions import (
    coalesce,
    is_valid_host_label,
    is_virtual_hostable_s3_bucket,
    ite,
    parse_arn,
    parse_url,
    split,
    substring,
    uri_encode,
)


@pytest.mark.parametrize(
    ("label", "one", "dotted"),
    [
        ("a", True, True), ("A-1", True, True), ("a" * 63, True, True), ("a" * 64, False, False), ("", False, False),
        ("-a", False, False), ("a-", False, False), ("a.b", False, True), ("a..b", False, False), ("a.", False, False),
        ("a_b", False, False), ("é", False, False), ("a²", False, False), (None, False, False),
    ],
)  # fmt: skip
def test_host_labels_are_those_of_rfc_1123(label, one, dotted):
    assert is_valid_host_label(label, False) is one
    assert is_valid_host_label(label, True) is dotted


@pytest.mark.parametrize(
    ("bucket", "one", "dotted"),
    [
        ("abc", True, True), ("ab", False, False), ("a" * 64, False, False), ("ABC", False, False),
        ("a.b.c", False, True), ("a.-b", False, False), ("1.2.3.4", False, False), ("999.1.1.1", False, False),
        ("1.2.3", False, True), (None, False, False),
    ],
)  # fmt: skip
def test_buckets_that_can_be_a_host_name(bucket, one, dotted):
    assert is_virtual_hostable_s3_bucket(bucket, False) is one
    assert is_virtual_hostable_s3_bucket(bucket, True) is dotted


def test_an_arn_is_split_and_its_resource_at_colons_and_slashes():
    assert parse_arn("arn:aws:ec2:us-east-1:012345678910:vpc/vpc-0e98") == {
        "partition": "aws",
        "service": "ec2",
        "region": "us-east-1",
        "accountId": "012345678910",
        "resourceId": ["vpc", "vpc-0e98"],
    }
    assert parse_arn("arn:aws:s3:::a:b//c")["resourceId"] == ["a", "b", "", "c"]
    assert parse_arn("arn:aws:s3:::/")["resourceId"] == ["", ""]
    assert parse_arn("arn:aws:s3:::b")["region"] == parse_arn("arn:aws:s3:::b")["accountId"] == ""


@pytest.mark.parametrize("value", [None, "", "table", "arn:aws:s3:::", "arn::s3:::b", "arn:aws::::b", "arn:aws:s3:b"])
def test_what_is_no_arn(value):
    assert parse_arn(value) is None


@pytest.mark.parametrize(
    ("url", "authority", "path", "normalized", "is_ip"),
    [
        ("https://example.com", "example.com", "", "/", False),
        ("http://example.com:80/foo/bar", "example.com:80", "/foo/bar", "/foo/bar/", False),
        ("HTTPS://example.com/", "example.com", "/", "/", False),
        ("https://127.0.0.1", "127.0.0.1", "", "/", True),
        ("https://127.0.0.1:9000/x/", "127.0.0.1:9000", "/x/", "/x/", True),
        ("https://[fe80::1]:8080", "[fe80::1]:8080", "", "/", True),
        ("https://[fe80::1%25eth0]/a", "[fe80::1%25eth0]", "/a", "/a/", True),
        ("https://[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]", "", "/", True),
        ("http://99_ab-.com", "99_ab-.com", "", "/", False),
        ("https://999.999.abc.blah", "999.999.abc.blah", "", "/", False),
        ("https://user:word@example.com/x", "example.com", "/x", "/x/", False),
    ],
)
def test_the_parts_of_a_url(url, authority, path, normalized, is_ip):
    assert parse_url(url) == {
        "scheme": url.partition("://")[0].lower(),
        "authority": authority,
        "path": path,
        "normalizedPath": normalized,
        "isIp": is_ip,
    }


@pytest.mark.parametrize(
    "url",
    [
        *(None, "", "example.com", "ftp://h", "https://", "https://h?x=1", "https://h#f", "https://h:port"),
        *("https://[zz]", "https://[::1", "https://[::1]x", "https://[::1]:p", "https://:80", "https:/h"),
        *("https://h:\N{ARABIC-INDIC DIGIT ONE}", "https://?x"),
    ],
)
def test_what_is_no_url(url):
    assert parse_url(url) is None


def test_substring_counts_from_either_end():
    assert substring("abcde", 0, 2, False) == "ab"
    assert substring("abcde", 0, 2, True) == "de"
    assert substring("abcde", 1, 3, True) == "cd"
    assert substring("abcde", 0, 5, False) == substring("abcde", 0, 5, True) == "abcde"


@pytest.mark.parametrize(
    "arguments",
    [
        *(("abc", 0, 4, False), ("abc", 2, 2, False), ("aéc", 0, 2, False), (None, 0, 1, False), ("abc", 0, 4, True)),
        *(("aéc", 0, 1, True), ("", 0, 1, False), ("abc", 3, 1, False), ("x😀", 0, 1, True)),
    ],
)
def test_a_substring_that_does_not_fit_is_not_set(arguments):
    assert substring(*arguments) is None


@given(st.text())
def test_uri_encode_is_undone_by_unquote_and_leaves_only_unreserved(text):
    encoded = uri_encode(text)
    assert unquote(encoded) == text
    assert set(encoded) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%")


def test_split_coalesce_and_ite():
    assert split("a--b--c", "--", 0) == ["a", "b", "c"]
    assert split("a--b--c", "--", 2) == ["a", "b--c"]
    assert split("a--b", "--", 1) == ["a--b"]
    assert split("--a--", "--", 0) == ["", "a", ""]
    assert split("", "--", 0) == [""]
    assert split(None, "--", 0) is None
    assert coalesce(None, False, "x") is False
    assert coalesce(None, None) is None
    assert ite(True, 1, 2) == 1
    assert ite(None, 1, 2) == 2


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        ("azAZ09-_.~", "azAZ09-_.~"), ("", ""), ("a b+c/d", "a%20b%2Bc%2Fd"), ("%", "%25"),
        ("é😀", "%C3%A9%F0%9F%98%80"),
        ("/:,?#[]{}|@! $&'()*+;=%<>\"^`\\", "".join(f"%{ord(c):02X}" for c in "/:,?#[]{}|@! $&'()*+;=%<>\"^`\\")),
        (None, None),
    ],
)  # fmt: skip
def test_uri_encode_writes_capitals_and_spares_the_unreserved(text, encoded):
    assert uri_encode(text) == encoded

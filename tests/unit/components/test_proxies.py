import pytest
from sotalia.components.proxies import bypasses_proxy, proxy_for, without_password


@pytest.mark.parametrize(
    ("scheme", "environ", "proxy"),
    [
        ("https", {}, None),
        ("https", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https", {"HTTPS_PROXY": "http://upper", "https_proxy": "http://lower"}, "http://lower"),
        ("https", {"HTTPS_PROXY": "http://upper", "https_proxy": ""}, None),
        ("https", {"http_proxy": "http://p:1"}, None),
        ("https", {"ALL_PROXY": "p:1"}, "http://p:1"),
        ("http", {"HTTP_PROXY": "//p:1"}, "http://p:1"),
        ("http", {"HTTP_PROXY": "http://attacker", "REQUEST_METHOD": "GET"}, None),
        ("http", {"http_proxy": "http://p", "REQUEST_METHOD": "GET"}, "http://p"),
        ("https", {"https_proxy": "http://p", "NO_PROXY": "example.com"}, None),
        ("https", {"https_proxy": "http://p", "no_proxy": "", "NO_PROXY": "*"}, "http://p"),
    ],
)
def test_environment(scheme: str, environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(scheme, "s3.example.com", None, None, environ) == proxy


def test_given_proxies_replace_the_environment() -> None:
    environ = {"https_proxy": "http://env", "no_proxy": "*"}
    assert proxy_for("https", "h", None, {"https": "given:8"}, environ) == "http://given:8"
    assert proxy_for("http", "h", None, {"https": "given:8"}, environ) is None
    assert proxy_for("https", "h", None, {}, environ) is None


@pytest.mark.parametrize(
    ("host", "port", "no_proxy", "bypassed"),
    [
        ("h", None, "", False),
        ("h", None, "*", True),
        ("s3.Amazonaws.com", None, "amazonaws.com", True),
        ("s3.amazonaws.com", None, ".amazonaws.com", True),
        ("s3.amazonaws.com", None, "*.amazonaws.com", True),
        ("amazonaws.com", None, ".amazonaws.com", True),
        ("notamazonaws.com", None, "amazonaws.com", False),
        ("h", 8080, "other, h:8080", True),
        ("h", 80, "h:8080", False),
        ("169.254.169.254", None, "169.254.169.254", True),
        ("169.254.170.2", None, "10.0.0.0/8 169.254.0.0/16", True),
        ("h", None, "169.254.0.0/16", False),
        ("h", None, "a/b", False),
        ("[fd00:ec2::254]", 80, "fd00:ec2::254", True),
        ("fd00:ec2::254", 80, "[fd00:ec2::254]:80", True),
        ("fd00:ec2::254", 81, "[fd00:ec2::254]:80", False),
        ("::1", None, "::/64", True),
    ],
)
def test_no_proxy(host: str, port: int | None, no_proxy: str, bypassed: bool) -> None:
    assert bypasses_proxy(host, port, no_proxy) is bypassed


def test_password_is_not_shown() -> None:
    assert without_password("http://user:canary@proxy:3128/x") == "http://proxy:3128/x"
    assert without_password("user:canary@proxy") == "proxy"
    assert without_password("http://proxy") == "http://proxy"

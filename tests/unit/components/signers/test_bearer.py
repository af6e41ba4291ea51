import pytest
from sotalia.components.errors import InvalidEndpointConfigurationError, NoAuthTokenError
from sotalia.components.http import AWSRequest
from sotalia.components.signers.bearer import Bearer
from sotalia.providers.auth_token import FrozenAuthToken


@pytest.mark.parametrize("token", ["one", FrozenAuthToken("one")])
def test_a_token_is_put_into_the_header_anew_at_each_attempt(token):
    request = AWSRequest("GET", "https://host/", {"Authorization": "Bearer old"}, b"")
    Bearer().sign(request, token)
    assert request.headers["Authorization"] == "Bearer one"
    assert len([name for name in request.headers if name.lower() == "authorization"]) == 1


def test_no_token_is_an_error():
    with pytest.raises(NoAuthTokenError):
        Bearer().sign(AWSRequest("GET", "https://host/", {}, b""), None)


@pytest.mark.parametrize("url", ["http://host/?secret=1", "http://127.0.0.1:80/", "HTTP://host/", "ftp://host"])
def test_without_tls_no_token_is_sent(url):
    request = AWSRequest("GET", url, {}, b"")
    with pytest.raises(InvalidEndpointConfigurationError, match="HTTPS alone") as raised:
        Bearer().sign(request, "one")
    assert "Authorization" not in request.headers
    assert "secret" not in str(raised.value)

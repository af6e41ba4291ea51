from urllib.parse import parse_qs, urlsplit

import pytest
from sotalia import Config, Session
from sotalia.exceptions import NoCredentialsError


def fields_of(token: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit("https://" + token).query).items()}


@pytest.fixture
def session() -> Session:
    return Session("AKID", "secret", region_name="us-east-1")


def test_a_token_is_a_url_without_its_scheme(session) -> None:
    token = session.client("rds").generate_db_auth_token("db.example", 5432, "user name")
    assert token.startswith("db.example:5432/?Action=connect&DBUser=user%20name&X-Amz-Algorithm=AWS4-HMAC-SHA256&")
    fields = fields_of(token)
    assert fields["X-Amz-Expires"] == "900"
    assert fields["X-Amz-Credential"].endswith("/us-east-1/rds-db/aws4_request")


def test_a_token_for_another_region(session) -> None:
    token = session.client("dsql").generate_db_connect_admin_auth_token("h", "eu-west-1", 60)
    assert fields_of(token)["Action"] == "DbConnectAdmin"
    assert "/eu-west-1/dsql/" in fields_of(token)["X-Amz-Credential"]


def test_a_token_of_a_serverless_cache(session) -> None:
    token = session.client("elasticache").generate_auth_token("My-Cache", "me", Serverless=True)
    assert token.startswith("my-cache/?Action=connect&User=me&ResourceType=ServerlessCache&")


def test_handlers_hear_of_tokens(session) -> None:
    rds, told = session.client("rds"), []
    rds.meta.events.register("before-sign.rds.connect", lambda operation_name, **_: told.append(operation_name))
    rds.generate_db_auth_token("h", 1, "u")
    assert told == ["connect"]


def test_a_token_needs_credentials() -> None:
    rds = Session(region_name="us-east-1").client("rds", config=Config())
    with pytest.raises(NoCredentialsError):
        rds.generate_db_auth_token("h", 1, "u")

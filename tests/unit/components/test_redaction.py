import canary
import pytest
from sotalia.components.redaction import redact_foreign


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot reach https://vault.example/v1", "cannot reach https://vault.example/v1"),
        ("two\nlines\x1b[31m and\ta bell\x07", "two lines [31m and a bell"),
        (f"the key {canary.SECRET_KEY} is wrong", "the key **** is wrong"),
        (f"token: {canary.TOKEN}", "token: ****"),
        ('{"SecretAccessKey": "a b", "Version": 1}', '{"SecretAccessKey": ****, "Version": 1}'),
        ("AWS_SESSION_TOKEN=abc DB_PASSWORD='x y' next", "AWS_SESSION_TOKEN=**** DB_PASSWORD=**** next"),
        ("Authorization: Bearer abc", "Authorization: ****"),
        ("https://user:pw@host/", "https://****@host/"),
        ("x " * 500, "x " * 150 + "..."),
    ],
)
def test_what_another_program_said_is_shown_short_and_without_secrets(text, shown):
    assert redact_foreign(text) == shown

"""Secrets that must never be seen: tests use them as keys and tokens, and every test looks for them afterwards."""

SECRET_KEY = "canary0secret0key0" + "a1b2c3d4e5f6a7b8c9d0e1"
TOKEN = "canary0session0token0" + "f0e1d2c3b4a5968778695a4b3c2d1e0f"

ALL = (SECRET_KEY, TOKEN)


def found_in(text: str) -> list[str]:
    """Return the names of the canaries that a text shows."""
    return [name for name, value in (("secret key", SECRET_KEY), ("token", TOKEN)) if value in text]

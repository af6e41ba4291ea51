import pytest
from sotalia.ops.testkit.families import InvalidGrantError, TokenFamilies


def test_a_token_that_comes_twice_ends_its_session_and_no_other():
    families = TokenFamilies()
    first, other = families.begin(), families.begin()
    second = families.rotate(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert families.is_good(first.access_token)
    assert families.is_good(second.access_token)
    with pytest.raises(InvalidGrantError) as raised:
        families.rotate(first.refresh_token)
    assert raised.value.reused
    assert not families.is_good(second.access_token)
    with pytest.raises(InvalidGrantError) as raised:
        families.rotate(second.refresh_token)
    assert not raised.value.reused
    assert families.rotate(other.refresh_token).number == 2


@pytest.mark.parametrize(
    "token", ["", "x", "fake-refresh-1", "fake-refresh-1-x", "fake-refresh-9-1", "xfake-refresh-1-1"]
)
def test_an_unknown_token_is_no_reuse(token):
    families = TokenFamilies()
    families.begin()
    with pytest.raises(InvalidGrantError) as raised:
        families.rotate(token)
    assert not raised.value.reused

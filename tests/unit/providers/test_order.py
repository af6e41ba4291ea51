from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.components.errors import ResolverOrderError
from sotalia.providers.order import fit_in
from sotalia.providers.provider import CredentialProvider

CHAIN = ("env", "assume-role", "config-file", "container-role", "iam-role")


def provider(method, before=(), after=()):
    made = CredentialProvider()
    made.METHOD, made.BEFORE, made.AFTER = method, before, after
    return made


def fitted(*joining, chain=CHAIN):
    made = fit_in([provider(name) for name in chain], [provider(*one) for one in joining], "container-role")
    return [one.METHOD for one in made]


def test_nothing_to_join_leaves_the_chain():
    assert fitted() == list(CHAIN)


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ((), ("env",), 1),
        ((), "env", 1),
        (("env",), (), 0),
        (("assume-role", "iam-role"), (), 1),
        ((), ("env", "config-file"), 3),
        (("iam-role",), ("env",), 1),
        ((), ("iam-role",), 5),
        ((), (), 3),
    ],
)
def test_a_provider_stands_behind_what_it_names_or_else_before(before, after, place):
    names = fitted(("vault", before, after))
    assert names[place] == "vault"
    assert [name for name in names if name != "vault"] == list(CHAIN)


def test_providers_may_name_each_other_in_any_order_of_installation():
    one, two = ("zebra", (), ("env",)), ("ant", ("zebra",), ("assume-role",))
    assert fitted(one, two) == fitted(two, one) == ["env", "assume-role", "ant", "zebra", *CHAIN[2:]]


def test_equal_wishes_are_met_by_name():
    assert fitted(("b", (), ("env",)), ("a", (), ("env",)))[:4] == ["env", "a", "b", "assume-role"]


@pytest.mark.parametrize(
    ("joining", "told"),
    [
        (
            [("vault", ("env",), ("iam-role",))],
            "vault before env (BEFORE of vault); env before iam-role (the order of the chain); "
            "iam-role before vault (AFTER of vault)",
        ),
        ([("a", ("b",)), ("b", ("a",))], "b before a (BEFORE of b); a before b (BEFORE of a)"),
        ([("a", ("a",))], "a before a (BEFORE of a)"),
        ([("a", ("enw",))], "'a' names 'enw' in BEFORE, and no provider is named so. Did you mean 'env'?"),
        ([("a",), ("a",)], "two providers are named 'a'"),
        ([("env",)], "two providers are named 'env'"),
    ],
)
def test_what_cannot_be_met_is_told(joining, told):
    with pytest.raises(ResolverOrderError) as caught:
        fitted(*joining)
    text = str(caught.value)
    assert text.startswith("Cannot order the credential providers: ")
    parts = sorted(text.removeprefix("Cannot order the credential providers: ").split("; "))
    assert parts == sorted(told.split("; "))


NAMES = ("p", "q", "r")
WISHES = st.lists(st.sampled_from([*CHAIN, *NAMES]), max_size=2, unique=True).map(tuple)


@given(st.lists(st.tuples(WISHES, WISHES), min_size=3, max_size=3), st.permutations(range(3)))
def test_the_result_meets_every_wish_or_none_can(wishes, order):
    joining = [(name, before, after) for name, (before, after) in zip(NAMES, wishes, strict=True)]
    pairs = [(name, other) for name, before, _ in joining for other in before]
    pairs += [(other, name) for name, _, after in joining for other in after]
    pairs += pairwise(CHAIN)
    try:
        names = fitted(*joining)
    except ResolverOrderError:
        assert has_circle(pairs)
        with pytest.raises(ResolverOrderError):
            fitted(*(joining[place] for place in order))
    else:
        assert sorted(names) == sorted([*CHAIN, *NAMES])
        assert all(names.index(first) < names.index(then) for first, then in pairs)
        assert names == fitted(*(joining[place] for place in order))


def has_circle(pairs):
    """Take away, again and again, what nothing stands before; a circle is left."""
    left = set(pairs)
    while left:
        free = {first for first, _ in left} - {then for _, then in left}
        if not free:
            return True
        left = {pair for pair in left if pair[0] not in free}
    return False

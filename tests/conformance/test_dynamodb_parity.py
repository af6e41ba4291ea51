"""Conditions, types and the parameters of whole calls of DynamoDB, made at random: what boto3 makes of them, this does.

400 cases of each; `SOTALIA_DYNAMODB_CASES=2000` makes more.
"""

import json
import os
import pickle
import random
import subprocess
import sys
from decimal import Decimal
from typing import Any

import dynamodb_cases
import peers
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

pytestmark = peers.takes_long_once

COUNT = int(os.environ.get("SOTALIA_DYNAMODB_CASES", "400"))

NAMES = st.text("ab.[]0#:-é ", min_size=1, max_size=8)
NUMBERS = (
    st.integers()
    | st.integers(-(10**40), 10**40)
    | st.decimals(allow_nan=True, allow_infinity=True)
    | st.decimals(-(10**6), 10**6, places=3)
    | st.builds(lambda digits, exponent: Decimal(f"{digits}E{exponent}"), st.integers(), st.integers(-140, 140))
)
BYTES = st.binary(max_size=4)
SCALARS = st.none() | st.booleans() | st.text(max_size=4) | NUMBERS | BYTES | BYTES.map(lambda value: ("binary", value))
ODD = st.floats() | st.just(range(2))
SETS = (
    st.sets(NUMBERS.filter(lambda number: isinstance(number, int) or number.is_finite()), max_size=3)
    | st.sets(st.text(max_size=3), max_size=3)
    | st.sets(BYTES, max_size=3)
    | st.sets(st.integers() | st.text(max_size=2) | st.none(), max_size=3)
    | st.frozensets(st.integers(), max_size=3)
)


def nested(inner: Any) -> Any:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)


VALUES = st.recursive(SCALARS | SETS | ODD, nested)
FINE = st.recursive(
    st.none()
    | st.booleans()
    | st.text(max_size=4)
    | st.integers(-(10**9), 10**9)
    | BYTES
    | st.sets(st.text(max_size=3), max_size=3),
    nested,
)
KEYS = st.tuples(st.just("Key"), NAMES)
ATTRIBUTES = st.tuples(st.just("Attr"), NAMES)
OPERANDS = FINE | ATTRIBUTES
SIDES = ATTRIBUTES | st.tuples(st.just("size"), ATTRIBUTES)
COMPARED = ("eq", "lt", "lte", "gt", "gte", "begins_with")


def compared(sides: Any, operands: Any) -> Any:
    """Comparisons that both keys and attributes have."""
    return st.tuples(st.sampled_from(COMPARED), sides, operands) | st.tuples(
        st.just("between"), sides, operands, operands
    )


def combined(leaves: Any) -> Any:
    return st.recursive(
        leaves,
        lambda inner: st.tuples(st.sampled_from(["and", "or"]), inner, inner) | st.tuples(st.just("not"), inner),
        max_leaves=6,
    )


PROPER = combined(
    compared(SIDES, OPERANDS)
    | st.tuples(st.sampled_from(["ne", "contains"]), ATTRIBUTES, OPERANDS)
    | st.tuples(st.just("is_in"), ATTRIBUTES, st.lists(FINE, max_size=3))
    | st.tuples(st.sampled_from(["exists", "not_exists", "size"]), ATTRIBUTES)
    | st.tuples(st.just("attribute_type"), ATTRIBUTES, st.sampled_from(["S", "N"]))
)
KEYED = combined(compared(KEYS, FINE))
WRONG = ATTRIBUTES | st.tuples(st.sampled_from(["and", "or", "ne", "not"]), PROPER | KEYS | ATTRIBUTES, OPERANDS)
CONDITIONS = st.integers(0, 9).flatmap(lambda number: (WRONG, KEYED, *[PROPER] * 8)[number])
KEY_CONDITIONS = st.integers(0, 9).flatmap(lambda number: (WRONG, PROPER, *[KEYED] * 8)[number])
TYPED = st.recursive(
    st.fixed_dictionaries({"S": st.text(max_size=3)})
    | st.fixed_dictionaries({"N": st.decimals().map(str) | st.integers().map(str) | st.text(max_size=2)})
    | st.fixed_dictionaries({"B": BYTES | st.text(max_size=2)})
    | st.fixed_dictionaries({"BOOL": st.booleans()})
    | st.fixed_dictionaries({"NULL": st.booleans()})
    | st.fixed_dictionaries({"SS": st.lists(st.text(max_size=2), max_size=3)})
    | st.fixed_dictionaries({"NS": st.lists(st.integers().map(str), max_size=3)})
    | st.fixed_dictionaries({"BS": st.lists(BYTES, max_size=3)})
    | st.sampled_from([{}, {"Q": 1}]),
    lambda inner: (
        st.fixed_dictionaries({"L": st.lists(inner, max_size=3)})
        | st.fixed_dictionaries({"M": st.dictionaries(st.text(max_size=2), inner, max_size=3)})
    ),
    max_leaves=6,
)
EXPRESSION = CONDITIONS.map(lambda tree: ("condition", tree))
KEY_EXPRESSION = KEY_CONDITIONS.map(lambda tree: ("condition", tree))
ITEMS = st.dictionaries(st.text("abc", min_size=1, max_size=2), FINE, max_size=3)
ANSWERED = ITEMS.map(dynamodb_cases.simply_typed)
PLACEHOLDERS = {"ExpressionAttributeNames": {"#mine": "a"}, "ExpressionAttributeValues": {":mine": 1}}


def _query(key: Any, filtered: Any, more: bool, item: Any) -> Any:
    params = {"TableName": "t", "KeyConditionExpression": key, "FilterExpression": filtered}
    return "query", {**params, **(PLACEHOLDERS if more else {})}, {"Items": [item], "LastEvaluatedKey": dict(item)}


CALLS = (
    st.builds(_query, KEY_EXPRESSION, EXPRESSION, st.booleans(), ANSWERED)
    | st.builds(
        lambda item, check: ("put_item", {"TableName": "t", "Item": item, "ConditionExpression": check}, {}),
        ITEMS,
        EXPRESSION,
    )
    | st.builds(
        lambda items, check, found: (
            "transact_write_items",
            {
                "ClientRequestToken": "token",
                "TransactItems": [
                    {"Put": {"TableName": "t", "Item": items}},
                    {
                        "Update": {
                            "TableName": "t",
                            "Key": items,
                            "UpdateExpression": "SET a = :mine",
                            "ConditionExpression": check,
                            **PLACEHOLDERS,
                        }
                    },
                    {"ConditionCheck": {"TableName": "t", "Key": items, "ConditionExpression": "a = :b"}},
                ],
            },
            {"ItemCollectionMetrics": {"t": [{"ItemCollectionKey": found}]}},
        ),
        ITEMS,
        EXPRESSION,
        ANSWERED,
    )
    | st.builds(
        lambda items, found: (
            "batch_write_item",
            {"RequestItems": {"t": [{"PutRequest": {"Item": items}}, {"DeleteRequest": {"Key": items}}]}},
            {"UnprocessedItems": {"t": [{"PutRequest": {"Item": found}}]}},
        ),
        ITEMS,
        ANSWERED,
    )
    | st.builds(
        lambda items, found: (
            "execute_statement",
            {"Statement": "SELECT", "Parameters": list(items.values())},
            {"Items": [found]},
        ),
        ITEMS,
        ANSWERED,
    )
)


def made(strategy: Any, count: int) -> list[Any]:
    """Examples of a strategy, always the same ones."""
    found: list[Any] = []

    @seed(1)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def results(python: str, library: str, cases: Any) -> Any:
    done = subprocess.run(
        [python, dynamodb_cases.__file__, library], input=pickle.dumps(cases), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def explained(case: Any, ours: Any, theirs: Any) -> bool:
    """Whether the difference is one of the two that are meant.

    boto3 sends ``-NaN``, ``sNaN`` and ``-Infinity`` (it refuses ``NaN`` and ``Infinity``), and it puts the names and
    values of a condition inside a transaction beside the transaction, where the service has no place for them.
    """
    if isinstance(case, tuple) and case[0] == "transact_write_items":
        return bool(theirs == {"error": "ParamValidationError"})
    sent = json.dumps(theirs)
    return bool(ours == {"error": "TypeError"} and ("NaN" in sent or "-Infinity" in sent))


@pytest.fixture(scope="module")
def cases() -> dict[str, list[Any]]:
    conditions = [(tree, False) for tree in made(CONDITIONS, COUNT)]
    conditions += [(tree, True) for tree in made(KEY_CONDITIONS, COUNT // 2)]
    return {
        "conditions": conditions,
        "values": made(VALUES, COUNT),
        "typed": made(TYPED, COUNT),
        "calls": made(CALLS, COUNT),
    }


@pytest.fixture(scope="module")
def both(cases: dict[str, list[Any]]) -> tuple[Any, Any]:
    return results(sys.executable, "sotalia", cases), results(peers.python(), "boto3", cases)


@pytest.mark.parametrize("kind", ["conditions", "values", "typed", "calls"])
def test_the_results_are_those_of_boto3(
    kind: str, cases: dict[str, list[Any]], both: tuple[Any, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    ours, theirs = (side[kind] for side in both)
    rows = [row for row in zip(cases[kind], ours, theirs, strict=True) if row[1] != row[2]]
    different = [row for row in rows if not explained(*row)]
    errors = sum(isinstance(result, dict) and list(result) == ["error"] for result in theirs)
    with capsys.disabled():
        print(
            f"\nDynamoDB, {kind}: {len(theirs)} cases, {errors} of them errors of boto3; "
            f"{len(rows)} differ, {len(different)} of them unexplained"
        )
    random.Random(1).shuffle(different)
    assert different[:3] == []

"""Conditions, and the expressions that are made of them."""

import pickle

import pytest
from sotalia.dynamodb.conditions import And, Attr, ConditionExpressionBuilder, Key
from sotalia.exceptions import (
    DynamoDBNeedsConditionError,
    DynamoDBNeedsKeyConditionError,
    DynamoDBOperationNotSupportedError,
)


def text(condition, is_key=False):
    return ConditionExpressionBuilder().build_expression(condition, is_key).condition_expression


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Attr("a").eq(1), "#n0 = :v0"),
        (Attr("a").ne(1), "#n0 <> :v0"),
        (Attr("a").lt(1), "#n0 < :v0"),
        (Attr("a").lte(1), "#n0 <= :v0"),
        (Attr("a").gt(1), "#n0 > :v0"),
        (Attr("a").gte(1), "#n0 >= :v0"),
        (Attr("a").between(1, 2), "#n0 BETWEEN :v0 AND :v1"),
        (Attr("a").is_in([1, 2]), "#n0 IN (:v0, :v1)"),
        (Attr("a").begins_with("x"), "begins_with(#n0, :v0)"),
        (Attr("a").contains("x"), "contains(#n0, :v0)"),
        (Attr("a").attribute_type("S"), "attribute_type(#n0, :v0)"),
        (Attr("a").exists(), "attribute_exists(#n0)"),
        (Attr("a").not_exists(), "attribute_not_exists(#n0)"),
        (Attr("a").size().gt(3), "size(#n0) > :v0"),
        (Attr("a").eq(Attr("b")), "#n0 = #n1"),
        (Attr("a.b[0].c").eq(1), "#n0.#n1[0].#n2 = :v0"),
        (
            ~Attr("a").exists() | Attr("b").eq(1) & Attr("c").eq(2),
            "((NOT attribute_exists(#n0)) OR (#n1 = :v0 AND #n2 = :v1))",
        ),
    ],
)
def test_expressions(condition, expected):
    assert text(condition) == expected


def test_placeholders_stand_for_names_and_values_and_are_counted_on():
    builder = ConditionExpressionBuilder()
    first = builder.build_expression(Key("a").eq(1) & Key("b").begins_with("x"), is_key_condition=True)
    assert first == ("(#n0 = :v0 AND begins_with(#n1, :v1))", {"#n0": "a", "#n1": "b"}, {":v0": 1, ":v1": "x"})
    assert builder.build_expression(Attr("z").eq(5)).condition_expression == "#n2 = :v2"
    builder.reset()
    assert builder.build_expression(Attr("z").eq(5)).attribute_name_placeholders == {"#n0": "z"}


def test_what_is_no_condition_is_refused_without_its_value():
    with pytest.raises(DynamoDBNeedsConditionError, match="not a str") as caught:
        text("a = 1")
    assert "a = 1" not in str(caught.value)
    with pytest.raises(DynamoDBNeedsKeyConditionError, match="Key\\('a'\\)"):
        text(Attr("a").eq(1), is_key=True)
    for wrong in (lambda: Attr("a") & Attr("b"), lambda: ~Attr("a"), lambda: Attr("a").eq(1) | 3):
        with pytest.raises(DynamoDBOperationNotSupportedError) as caught:
            wrong()
        again = pickle.loads(pickle.dumps(caught.value))
        assert str(again) == str(caught.value)


def test_conditions_are_values():
    one, other = Attr("a").eq(1) & Key("b").lt(2), Attr("a").eq(1) & Key("b").lt(2)
    assert one == other
    assert hash(one) == hash(other)
    assert isinstance(one, And)
    assert one != Attr("a").eq(1) | Key("b").lt(2)
    assert Attr("a") != Key("a")
    assert repr(one) == "And(Equals(Attr('a'), 1), LessThan(Key('b'), 2))"
    assert len({Attr("a").is_in([1]), Attr("a").is_in([1])}) == 1

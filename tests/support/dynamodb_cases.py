"""Random conditions and values of DynamoDB, written as plain data, and what a library makes of them.

``python dynamodb_cases.py MODULE`` (``sotalia`` or ``boto3``) reads pickled
cases from its input and writes the results, as JSON. A case of conditions is a
tree (operator, operands); one of calls the parameters of an operation with
such trees in them.
"""

import importlib
import json
import pickle
import sys
from typing import Any


def condition(module: Any, tree: Any) -> Any:
    """The condition, attribute or value that a tree stands for."""
    if not isinstance(tree, tuple):
        return tree
    name, *operands = tree
    if name == "binary":
        return module.types.Binary(operands[0])
    if name in ("Key", "Attr"):
        return getattr(module.conditions, name)(operands[0])
    made = [condition(module, operand) for operand in operands]
    if name == "and":
        return made[0] & made[1]
    if name == "or":
        return made[0] | made[1]
    if name == "not":
        return ~made[0]
    return getattr(made[0], name)(*made[1:])


def built(module: Any, tree: Any) -> Any:
    """A value with every tree in it made into what it stands for."""
    if isinstance(tree, tuple) and tree and tree[0] == "condition":
        return condition(module, tree[1])
    if isinstance(tree, tuple) and tree and tree[0] == "binary":
        return condition(module, tree)
    if isinstance(tree, dict):
        return {name: built(module, value) for name, value in tree.items()}
    if isinstance(tree, list):
        return [built(module, value) for value in tree]
    return tree


def plain(value: Any) -> Any:
    """A result as JSON, with its types."""
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, set | frozenset):
        return [type(value).__name__, sorted(map(json.dumps, map(plain, value)))]
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | str | int):
        return value
    return [type(value).__name__, repr(value)]


def simply_typed(item: Any) -> Any:
    """An item as DynamoDB would answer it, of texts and lists alone."""
    return {name: {"L": [{"S": repr(value)}, {"N": "1.50"}, {"B": b"x"}]} for name, value in item.items()}


def sets_sorted(value: Any) -> Any:
    """A value of DynamoDB, with its sets in an order: that of a set is not fixed."""
    if isinstance(value, dict):
        return {
            name: sorted(item, key=repr) if name in ("SS", "NS", "BS") and isinstance(item, list) else sets_sorted(item)
            for name, item in value.items()
        }
    return [sets_sorted(item) for item in value] if isinstance(value, list) else value


def attempt(function: Any) -> Any:
    try:
        return plain(function())
    except Exception as error:
        return {"error": type(error).__name__}


class Answer:
    status_code = 200


class Table:
    """A table whose calls are answered by hand."""

    def __init__(self, library: str) -> None:
        session = importlib.import_module(library).Session("AKIDEXAMPLE", "x" * 40, region_name="us-east-1")
        self.resource = session.resource("dynamodb")
        self.client = self.resource.meta.client
        self.client.meta.events.register("before-call", self.answer)
        self.sent: Any = None
        self.result: Any = {}

    def answer(self, params: Any, **kwargs: Any) -> Any:
        body = params["body"]
        self.sent = json.loads(body)
        return Answer(), self.result

    def call(self, method: str, params: Any, result: Any) -> Any:
        self.sent, self.result = None, result
        found = getattr(self.client, method)(**params)
        return [sets_sorted(self.sent), found]


def run(library: str, cases: dict[str, list[Any]]) -> dict[str, list[Any]]:
    module = importlib.import_module(f"{library}.dynamodb")
    importlib.import_module(f"{library}.dynamodb.conditions")
    importlib.import_module(f"{library}.dynamodb.types")
    serializer, deserializer = module.types.TypeSerializer(), module.types.TypeDeserializer()
    table = Table(library)

    def expression(tree: Any, is_key: bool) -> Any:
        return tuple(module.conditions.ConditionExpressionBuilder().build_expression(condition(module, tree), is_key))

    def typed(tree: Any) -> Any:
        return sets_sorted(serializer.serialize(built(module, tree)))

    return {
        "conditions": [attempt(lambda c=case: expression(*c)) for case in cases["conditions"]],
        "values": [attempt(lambda c=case: typed(c)) for case in cases["values"]],
        "typed": [attempt(lambda c=case: deserializer.deserialize(c)) for case in cases["typed"]],
        "calls": [
            attempt(lambda m=method, p=params, r=result: table.call(m, built(module, p), r))
            for method, params, result in cases["calls"]
        ],
    }


if __name__ == "__main__":
    given = pickle.load(sys.stdin.buffer)  # made by the test that runs this
    json.dump(run(sys.argv[1], given), sys.stdout)

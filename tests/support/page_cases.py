"""Sequences of answers for paginators and waiters, made of the public models; the same for every library.

A case is plain data: which method, the answers in their order, and what the
caller asks for. A fixed seed makes them.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

CASES = 4
"""For each paginator and each waiter."""

_LITERALS = re.compile(r"['`\"]([^'`\"]*)['`\"]")
_PLAIN = re.compile(r"^[A-Za-z]\w*(\.[A-Za-z]\w*)*$")


def _merged(whole: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    for key, value in more.items():
        known = whole.get(key)
        whole[key] = _merged(known, value) if isinstance(value, dict) and isinstance(known, dict) else value
    return whole


def _document(folder: Path, name: str) -> dict[str, Any]:
    path = folder / f"{name}.json"
    if not path.exists():
        return {}
    document: dict[str, Any] = json.loads(path.read_text("utf-8"))
    extras = folder / f"{name}.sdk-extras.json"
    return _merged(document, json.loads(extras.read_text("utf-8"))["merge"]) if extras.exists() else document


def services(data: Path) -> list[str]:
    """The services that have paginators or waiters."""
    return sorted({path.parts[-3] for kind in ("paginators-1", "waiters-2") for path in data.glob(f"*/*/{kind}.json")})


class Answers:
    """Makes answers of an operation's output shape."""

    def __init__(self, model: dict[str, Any], random: Random) -> None:
        self.shapes = model["shapes"]
        self.random = random
        self.words = ["a", "b"]

    def shape_at(self, shape: str | None, expression: str) -> str | None:
        """The shape of the value at a path of members."""
        for step in expression.split("."):
            shape = self.shapes.get(shape, {}).get("members", {}).get(step, {}).get("shape")
        return shape

    def type_at(self, shape: str | None, expression: str) -> str | None:
        """The type of the value at a path of members."""
        found: str | None = self.shapes.get(self.shape_at(shape, expression), {}).get("type")
        return found

    def of(self, shape: str | None, depth: int = 0) -> Any:
        """A value of a shape; members may be missing."""
        record = self.shapes.get(shape, {})
        kind = record.get("type")
        random = self.random
        if kind == "structure":
            if depth > 5:
                return {}
            return {
                name: self.of(member["shape"], depth + 1)
                for name, member in record["members"].items()
                if random.random() < (0.9 if depth < 2 else 0.6)
            }
        if kind == "list":
            return [
                self.of(record["member"]["shape"], depth + 1) for _ in range(random.randrange(4 if depth < 3 else 2))
            ]
        if kind == "map":
            return {word: self.of(record["value"]["shape"], depth + 1) for word in self.words[: random.randrange(3)]}
        if kind in ("integer", "long"):
            return random.randrange(4)
        if kind in ("float", "double"):
            return random.randrange(8) / 2
        if kind == "boolean":
            return random.random() < 0.5
        if kind == "blob":
            return b"\x00\xff"
        choices = [*self.words, *record.get("enum", [])[:3]]
        return random.choice(choices)


def _put(answer: dict[str, Any], expression: str, value: Any) -> None:
    *way, last = expression.split(".")
    for step in way:
        found = answer.get(step)
        answer[step] = found = found if isinstance(found, dict) else {}
        answer = found
    if value is None:
        answer.pop(last, None)
    else:
        answer[last] = value


def _listed(value: Any) -> list[Any]:
    return [] if value is None else value if isinstance(value, list) else [value]


def _results(answers: Answers, shape: str | None, expression: str) -> Any:
    place = answers.shape_at(shape, expression)
    record = answers.shapes.get(place, {})
    random = answers.random
    kind = record.get("type")
    if random.random() < 0.1:
        return None
    if kind == "string":
        return "xyz"[: random.randrange(4)]
    if kind in ("integer", "long", "float", "double"):
        return random.randrange(5)
    if kind == "list":
        return [answers.of(record["member"]["shape"], 3) for _ in range(random.randrange(4))]
    return answers.of(place, 2)


def _token(random: Random, number: int, kind: str | None) -> Any:
    if kind in ("integer", "long"):
        return number + 1
    if kind == "map":  # a key of DynamoDB
        return {"id": {"B": bytes([number, 255])}, "rest": {"L": [{"B": b"\xfe"}, {"N": str(number)}]}}
    return f"token-{number}" if random.random() < 0.9 else f"token-{max(number - 1, 0)}"


def _stored(rule: dict[str, Any]) -> str:
    """A resume token that somebody has stored."""
    token = dict.fromkeys(_listed(rule["input_token"]), "stored")
    return b64encode(json.dumps({**token, "boto_truncate_amount": 1}).encode()).decode()


def paginator_cases(service: str, folder: Path, random: Random) -> Iterator[dict[str, Any]]:
    """Yield the cases of all paginators of a service."""
    rules = _document(folder, "paginators-1").get("pagination", {})
    model = _document(folder, "service-2")
    answers = Answers(model, random)
    for operation, rule in sorted(rules.items()):
        shape = model["operations"][operation].get("output", {}).get("shape")
        results = [each for each in _listed(rule.get("result_key")) if _PLAIN.match(each)]
        constants = _listed(rule.get("non_aggregate_keys"))
        for _ in range(CASES):
            pages = []
            count = random.randrange(1, 5)
            for number in range(count):
                page = answers.of(shape, 1)
                for expression in results:
                    _put(page, expression, _results(answers, shape, expression))
                last = number == count - 1
                for expression in _listed(rule["output_token"]):
                    first = expression.split(" || ")[0]
                    if not _PLAIN.match(first):
                        continue
                    kind = answers.type_at(shape, first)
                    _put(page, first, None if last else _token(random, number, kind))
                more = rule.get("more_results")
                if more is not None and _PLAIN.match(more):
                    _put(page, more, random.choice([True, True, "yes"]) if not last else random.choice([False, None]))
                pages.append(page)
            config: dict[str, Any] = {}
            if random.random() < 0.7:
                config["MaxItems"] = random.choice([1, 2, 3, 5, "4", 50])
            if random.random() < 0.5:
                config["PageSize"] = random.choice([1, 3, "2"])
            if random.random() < 0.15:
                config["StartingToken"] = random.choice(
                    ["plain", "plain___2", "a___b___1", "None___1", "None", _stored(rule), ""]
                )
            yield {
                "service": service,
                "operation": operation,
                "pages": pages,
                "config": config or (None if random.random() < 0.5 else {}),
                "maps": any(answers.type_at(shape, each) in ("map", "structure") for each in results),
                "held": any(each.startswith(f"{one}.") for one in constants for each in results),
                "search": random.choice([*_listed(rule.get("result_key")), "ResponseMetadata", "[]"]),
            }


def waiter_cases(service: str, folder: Path, random: Random) -> Iterator[dict[str, Any]]:
    """Yield the cases of all waiters of a service."""
    waiters = _document(folder, "waiters-2").get("waiters", {})
    model = _document(folder, "service-2") if waiters else {}
    for name, record in sorted(waiters.items()):
        answers = Answers(model, random)
        shape = model["operations"][record["operation"]].get("output", {}).get("shape")
        expected = [acceptor["expected"] for acceptor in record["acceptors"]]
        literals = [word for each in record["acceptors"] for word in _LITERALS.findall(each.get("argument", ""))]
        answers.words = [*(each for each in expected if isinstance(each, str)), *literals, "a"]
        codes = [each["expected"] for each in record["acceptors"] if each["matcher"] == "error"]
        for _ in range(2 * CASES):
            given: list[Any] = []
            for _ in range(random.randrange(1, 5)):
                if random.random() < 0.3:
                    code = random.choice([*(each for each in codes if isinstance(each, str)), "Unheard", "404"])
                    given.append({"Error": {"Code": code, "Message": "no"}})
                    continue
                answer = answers.of(shape, 1)
                acceptor = random.choice(record["acceptors"])
                argument = acceptor.get("argument", "")
                status = acceptor["expected"] if acceptor["matcher"] == "status" else 200
                if acceptor["matcher"] == "path" and _PLAIN.match(argument) and random.random() < 0.5:
                    _put(answer, argument, acceptor["expected"])
                given.append({**answer, "ResponseMetadata": {"HTTPStatusCode": status}})
            yield {
                "service": service,
                "waiter": name,
                "operation": record["operation"],
                "answers": given,
                "config": {"MaxAttempts": random.choice([1, 2, 3, 6]), "Delay": 0},
            }


def cases(data: Path, chosen: list[str], seed: int) -> list[dict[str, Any]]:
    """All cases of some services."""
    found: list[dict[str, Any]] = []
    for service in chosen:
        folder = max((path for path in (data / service).iterdir() if path.is_dir()), key=lambda path: path.name)
        random = Random(f"{seed} {service}")
        found += paginator_cases(service, folder, random)
        found += waiter_cases(service, folder, random)
    return found

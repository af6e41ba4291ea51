"""Paginators and waiters over given answers: run as a program by the tests with either library.

``python page_player.py boto3`` reads cases (``page_cases``) from its input as
a pickle, and writes what came of each.
"""

import pickle
import re
import sys
from collections.abc import Callable
from copy import deepcopy
from importlib import import_module
from typing import Any, cast

MOST = 30


class Server:
    """Answers the calls of one client in the place of the network: by the token that it is given, or in order."""

    def __init__(self, answers: list[dict[str, Any]], error: Callable[..., Exception]) -> None:
        self.answers = answers
        self.error = error
        self.calls: list[dict[str, Any]] = []

    def __call__(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.calls.append(deepcopy(parameters))
        if len(self.calls) > MOST:
            raise RuntimeError("it does not end")
        answer = deepcopy(self.answers[min(len(self.calls), len(self.answers)) - 1])
        if set(answer) == {"Error"}:
            raise self.error(answer, operation)
        return answer


def attempt(act: Callable[[], Any]) -> Any:
    """What an act returns, or the class of what it raises."""
    try:
        return act()
    except ValueError:
        return ["raised", "ValueError"]
    except Exception as error:
        return ["raised", type(error).__name__]


def pages_of(client: Any, method: str, case: dict[str, Any], server: Server) -> dict[str, Any]:
    """Every way to use a paginator."""
    paginator = client.get_paginator(method)
    config = {} if case["config"] is None else {"PaginationConfig": case["config"]}
    found: dict[str, Any] = {}

    def play(name: str, act: Callable[[Any], Any], **other: Any) -> Any:
        server.calls.clear()
        made = attempt(lambda: paginator.paginate(**{**config, **other}))
        if isinstance(made, list):
            found[name] = made
            return None
        value = attempt(lambda: act(made))
        found[name] = [value, list(server.calls)]
        if not isinstance(value, list) or value[:1] != ["raised"]:
            found[f"{name}: rest"] = [made.resume_token, attempt(lambda: made.non_aggregate_part)]
        return made

    pages = play("pages", lambda pages: deepcopy(list(pages)))
    play("whole", lambda pages: pages.build_full_result())
    play("search", lambda pages: list(pages.search(case["search"])))
    play("keys", lambda pages: [list(each) for each in pages.result_key_iters()])
    token = attempt(lambda: pages.resume_token)
    if isinstance(token, str):
        play("resumed", lambda pages: pages.build_full_result(), PaginationConfig={"StartingToken": token})
        play("resumed by pages", lambda pages: list(pages), PaginationConfig={"StartingToken": token, "MaxItems": 2})
    return found


def reason_of(error: Exception) -> str:
    """Why a waiter gave up, without the words that say which acceptor matched."""
    reason = str(error).partition(" failed: ")[2]
    return reason if reason.startswith("An error") else re.split(r"[.:]", reason)[0]


def wait(client: Any, waiter: str, case: dict[str, Any], server: Server) -> dict[str, Any]:
    """What a waiter makes of the answers."""
    made = client.get_waiter(waiter)
    try:
        outcome = made.wait(WaiterConfig=case["config"])
    except Exception as error:
        outcome = [type(error).__name__, reason_of(error), getattr(error, "last_response", None)]
    return {"outcome": outcome, "calls": len(server.calls), "settings": [made.config.delay, made.config.max_attempts]}


def play(session: Any, error: Callable[..., Exception], cases: list[dict[str, Any]]) -> list[Any]:
    """Play all cases; those of one service come one after the other."""
    played: list[Any] = []
    name, client = "", cast(Any, None)
    for case in cases:
        if case["service"] != name:
            name = case["service"]
            client = session.client(name, "us-east-1")
        server = Server(case.get("pages") or case["answers"], error)
        client._make_api_call = server
        methods = {operation: method for method, operation in client.meta.method_to_api_mapping.items()}
        if "waiter" in case:
            names = {each.replace("_", ""): each for each in client.waiter_names}
            played.append(wait(client, names[case["waiter"].lower()], case, server))
        else:
            played.append(pages_of(client, methods[case["operation"]], case, server))
    return played


def main() -> None:
    """Play what comes in."""
    library = sys.argv[1]
    exceptions = import_module("botocore.exceptions" if library == "boto3" else "sotalia.exceptions")
    session = import_module(library).Session("AKIDEXAMPLE", "x")
    pickle.dump(play(session, exceptions.ClientError, pickle.load(sys.stdin.buffer)), sys.stdout.buffer)


if __name__ == "__main__":
    main()

"""Start one execution of a state machine for each input, each only once, and follow them.

``python start_executions.py MACHINE INPUTS.jsonl [--stop]``

An execution's name is the digest of its input, so that a second run starts
nothing anew. ``--stop`` stops those that run.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import sotalia as boto3
from sotalia.waiter import WaiterModel, create_waiter_with_client

STARTED = WaiterModel(
    {
        "version": 2,
        "waiters": {
            "ExecutionStarted": {
                "operation": "DescribeExecution",
                "delay": 1,
                "maxAttempts": 30,
                "acceptors": [
                    {"state": "success", "matcher": "path", "argument": "status", "expected": status}
                    for status in ("RUNNING", "SUCCEEDED", "ABORTED", "FAILED", "TIMED_OUT")
                ]
                + [{"state": "retry", "matcher": "error", "expected": "ExecutionDoesNotExist"}],
            }
        },
    }
)


def machine_of(states: Any, name: str) -> str:
    """Return the ARN of a state machine."""
    pages = states.get_paginator("list_state_machines").paginate()
    found = next(pages.search(f"stateMachines[?name=='{name}'].stateMachineArn"), None)
    if found is None:
        raise SystemExit(f"there is no state machine {name}")
    return str(found)


def main() -> None:
    """Start, wait, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("machine")
    parser.add_argument("inputs", type=Path)
    parser.add_argument("--stop", action="store_true")
    given = parser.parse_args()

    states = boto3.client("stepfunctions")
    machine = machine_of(states, given.machine)
    waiter = create_waiter_with_client("ExecutionStarted", STARTED, states)
    started, known = [], 0
    for line in given.inputs.read_text().splitlines():
        name = hashlib.sha256(line.encode()).hexdigest()[:32]
        try:
            answer = states.start_execution(stateMachineArn=machine, name=name, input=line)
        except states.exceptions.ExecutionAlreadyExists:
            known += 1
            continue
        waiter.wait(executionArn=answer["executionArn"])
        started.append(answer["executionArn"])
    if given.stop:
        for arn in started:
            states.stop_execution(executionArn=arn, error="Stopped", cause="somebody asked for it")
    pages = states.get_paginator("list_executions").paginate(stateMachineArn=machine, PaginationConfig={"PageSize": 2})
    report = {
        "started": len(started),
        "known": known,
        "executions": sorted([item["name"], item["status"]] for item in pages.search("executions[]")),
    }
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()

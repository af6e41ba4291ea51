"""A parent that preloads a client, uses it, and forks workers, as gunicorn and Celery do.

``python prefork.py <url> <ca> <children> <requests> <threads>``: every request
carries a token that only its answer may have. Prints a JSON line: what each
process saw wrong, and the sockets that it had open in the end.
"""

import json
import os
import sys
import threading
import uuid

import sotalia
from sotalia.config import Config


def sockets():
    """Return the inodes of this process's TCP connections."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            target = os.readlink(f"/proc/self/fd/{number}")
        except FileNotFoundError:
            continue
        if target.startswith("socket:"):
            found.append(target)
    return sorted(found)


def ask(client, count, mixed):
    """Make calls, and note each answer that is not its own."""
    for _ in range(count):
        token = uuid.uuid4().hex
        answer = client.get_item(TableName="t", Key={"token": {"S": token}, "pid": {"N": str(os.getpid())}})
        if answer["Item"]["token"]["S"] != token:
            mixed.append(f"{os.getpid()} asked for {token}, got {answer['Item']}")


def work(client, count, threads):
    """Do a process's share, in threads."""
    mixed, errors = [], []

    def run():
        try:
            ask(client, count // threads, mixed)
        except BaseException as error:
            errors.append(f"{type(error).__name__}: {error}")

    crew = [threading.Thread(target=run) for _ in range(threads - 1)]
    for thread in crew:
        thread.start()
    run()
    for thread in crew:
        thread.join()
    return {"pid": os.getpid(), "mixed": mixed, "errors": errors, "sockets": sockets()}


def main(url, ca, children, requests, threads):
    """Fork the children, work as well, and print what all of them saw."""
    session = sotalia.Session(region_name="us-east-1")
    config = Config(max_pool_connections=threads, retries={"total_max_attempts": 1})
    client = session.client("dynamodb", endpoint_url=url, verify=ca, config=config)
    mine = [work(client, 4, 1)]
    out, pipe = os.pipe()
    pids = []
    for _ in range(children):
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                os.write(pipe, json.dumps(work(client, requests // children, threads)).encode() + b"\n")
                status = 0
            finally:
                os._exit(status)
        pids.append(pid)
        mine.append(work(client, 1, 1))
    statuses = [os.waitpid(pid, 0)[1] for pid in pids]
    os.close(pipe)
    with open(out) as lines:
        told = [json.loads(line) for line in lines]
    print(json.dumps({"statuses": statuses, "children": told, "parent": mine}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))

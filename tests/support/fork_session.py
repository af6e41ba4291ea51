"""A program whose threads use a session while it forks: ``python fork_session.py <forks> <mode>``.

Mode ``busy``: threads refresh, make clients and call operations all the time;
the forks fall anywhere. Mode ``first``: the fork falls into the first use of
everything, with its imports; one fork per program, after up to ``<delay>`` s.
Every child signs a request with what it inherited, and one with a session of
its own. Prints one JSON line: exit statuses, and what each child needed.
"""

import faulthandler
import json
import os
import random
import signal
import sys
import threading
import time
import warnings

import sotalia

SERVICES = ["sts", "s3", "dynamodb", "sqs", "sns", "lambda", "kms", "iam", "ec2", "logs", "events", "ecs"]
CALLS = {"sts": "get_caller_identity", "s3": "list_buckets", "dynamodb": "list_tables", "sqs": "list_queues"}
EMPTY = {
    "sts": b"<GetCallerIdentityResponse><GetCallerIdentityResult/></GetCallerIdentityResponse>",
    "s3": b"<ListAllMyBucketsResult/>",
    "dynamodb": b"{}",
    "sqs": b"{}",
}


def answering(client, service):
    """Let a client answer itself; return the list of the Authorization headers that it sees."""
    seen = []

    def answer(request, **kwargs):
        header = request.headers["Authorization"]
        seen.append(header.decode() if isinstance(header, bytes) else header)
        return sotalia.make_response(200, EMPTY[service], url=request.url)

    client.meta.events.register("before-send", answer)
    return seen


def call(session, service):
    """Make a client and one signed call; return the signature's header."""
    client = session.client(service)
    seen = answering(client, service)
    getattr(client, CALLS[service])()
    assert seen, "nothing was signed"
    assert "Signature=" in seen[0]
    return seen[0]


def child_of(session, pipe, clients):
    """Use what was inherited, then report how long that took."""
    signal.alarm(60)  # a child that hangs dies of this and is seen, with its stack
    faulthandler.dump_traceback_later(20)
    started = time.monotonic()
    for service, client in clients.items():
        getattr(client, CALLS[service])()
    call(session, random.choice(list(CALLS)))
    own = sotalia.Session(region_name="us-east-1")
    call(own, "s3")
    os.write(pipe, json.dumps({"took": time.monotonic() - started}).encode() + b"\n")


def main(forks, mode, delay):
    """Fork, and print what the children said."""
    warnings.simplefilter("ignore", DeprecationWarning)  # fork with threads: the point of it
    session = sotalia.Session(region_name="us-east-1")
    stop, troubles = threading.Event(), []

    def guarded(work):
        def run():
            try:
                while not stop.is_set():
                    work()
            except Exception as error:
                troubles.append(f"{type(error).__name__}: {error}")

        return run

    def refresh():
        credentials = session.get_credentials()
        credentials.invalidate(credentials.get_frozen_credentials().access_key)
        credentials.get_frozen_credentials()

    def sessions():
        sotalia.Session(region_name="us-east-1").get_credentials()

    clients = {}
    if mode == "busy":
        clients = {service: session.client(service) for service in CALLS}
        for service, client in clients.items():
            answering(client, service)

    def calls():
        for service, client in clients.items():
            getattr(client, CALLS[service])()

    works = [
        refresh, sessions, calls,
        lambda: sotalia.Session(region_name="us-east-1").client(random.choice(SERVICES)),
        lambda: call(sotalia.Session(region_name="us-east-1"), random.choice(list(CALLS))),
    ] if mode == "busy" else [lambda: call(session, "dynamodb"), refresh]  # fmt: skip
    threads = [threading.Thread(target=guarded(work), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    out, pipe = os.pipe()
    statuses = []
    for _ in range(forks):
        time.sleep(random.uniform(0, delay))
        pid = os.fork()
        if pid == 0:
            try:
                child_of(session, pipe, clients)
                os._exit(0)
            except BaseException:
                sys.excepthook(*sys.exc_info())
                os._exit(1)
        statuses.append(os.waitpid(pid, 0)[1])
    stop.set()
    for thread in threads:
        thread.join(20)
    os.close(pipe)
    with open(out) as lines:
        children = [json.loads(line) for line in lines]
    print(json.dumps({"statuses": statuses, "children": children, "troubles": troubles}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))

"""A program in which threads use one fresh session at once: ``python thread_session.py <threads> <chain>``.

Chain ``default``: whatever the environment gives. Chain ``counted``: a resolver
made lazily, with a provider that counts its loads. Prints one JSON line.
"""

import json
import sys
import threading
import time

import sotalia
from sotalia import CredentialProvider, CredentialResolver, Credentials

CALLS = {
    "sts": "get_caller_identity", "s3": "list_buckets", "dynamodb": "list_tables", "sqs": "list_queues",
    "sns": "list_topics", "ec2": "describe_regions", "lambda": "list_functions", "iam": "list_users",
    "cloudwatch": "list_metrics", "logs": "describe_log_groups", "kms": "list_keys", "ecs": "list_clusters",
    "secretsmanager": "list_secrets", "ssm": "describe_parameters", "kinesis": "list_streams",
    "events": "list_rules", "cloudformation": "list_stacks", "route53": "list_hosted_zones",
    "rds": "describe_db_instances", "batch": "describe_job_queues",
}  # fmt: skip

counts = {"factories": 0, "loads": 0, "signed": 0}
lock = threading.Lock()


def count(name):
    with lock:
        counts[name] += 1


class Counted(CredentialProvider):
    METHOD = "counted"

    def load(self):
        count("loads")
        time.sleep(0.05)  # long enough for all the others to come by
        return Credentials("AKIDCOUNTED", "canary", method=self.METHOD)


def chain():
    count("factories")
    time.sleep(0.05)
    return CredentialResolver([Counted()])


def answer(request, event_name, **kwargs):
    """Answer instead of the network, in the protocol that was asked in."""
    assert "Signature=" in str(request.headers["Authorization"])
    count("signed")
    operation = event_name.rpartition(".")[2]
    body = f"<{operation}Response><{operation}Result/></{operation}Response>"
    is_json = "json" in str(request.headers.get("Content-Type", "")) or event_name.split(".")[1] in ("lambda", "batch")
    return sotalia.make_response(200, "{}" if is_json else body, url=request.url)


def main(threads, which):
    session = sotalia.Session(region_name="us-east-1")
    session.register("before-send", answer)
    if which == "counted":
        session.lazy_register_component("credential_provider", chain)
    barrier, errors = threading.Barrier(threads), []
    names = list(CALLS)

    def work(number):
        try:
            barrier.wait(60)
            for offset in range(len(names)):
                name = names[(number + offset) % len(names)]
                getattr(session.client(name), CALLS[name])()
        except Exception as error:
            errors.append(f"{name}: {type(error).__name__}: {error}")

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    started = time.monotonic()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(json.dumps({"errors": errors, **counts, "took": time.monotonic() - started}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

"""Ask boto3 for its credentials in each of the worlds on stdin; runs in the peer's environment."""

import json
import os
import sys
import urllib.request


def ask(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def outcome(boto3, world):
    os.environ.clear()
    os.environ.update(world["environ"])
    try:
        credentials = boto3.Session(**world["session"]).get_credentials()
        if credentials is None:
            return None
        frozen = credentials.get_frozen_credentials()
        return [credentials.method, frozen.access_key, frozen.secret_key, frozen.token, credentials.account_id]
    except Exception as error:
        return type(error).__name__


def main():
    import boto3

    given = json.load(sys.stdin)
    answers = {}
    for name, world in given["worlds"].items():
        for server in given["servers"]:
            ask(f"{server}/_reset")
        found = outcome(boto3, world)
        answers[name] = [found, [json.loads(ask(f"{server}/_stats")) for server in given["servers"]]]
    print(json.dumps(answers))


if __name__ == "__main__":
    main()

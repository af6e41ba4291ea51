"""What a process does with things that came to it in a pickle; functions for children, and things to pickle."""

import json
import multiprocessing
import sys
import traceback

import sotalia
from sotalia.providers.refresh import DeferredRefreshableCredentials


def use(kind, thing):
    """Make a call, or what comes next to it, with a thing that travelled; return what was answered."""
    if kind == "session":
        return thing.client("sts").get_caller_identity()["Account"]
    if kind == "client":
        return thing.get_caller_identity()["Account"]
    if kind == "credentials":
        return thing.get_frozen_credentials().access_key
    if kind == "paginator":
        return [page["Roles"] for page in thing.paginate()]
    if kind == "waiter":
        return thing.wait(UserName="u", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
    assert kind == "error"
    return f"{type(thing).__name__} {thing}"


def child(pipe, kind, thing):
    """The child's part: say what came of it."""
    try:
        pipe.send(use(kind, thing))
    except BaseException:
        pipe.send("".join(traceback.format_exception(*sys.exc_info())))
    pipe.close()


def in_child(method, kind, thing):
    """Send a thing to a child that is started by ``spawn`` or ``forkserver``, and return what came of it."""
    context = multiprocessing.get_context(method)
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=child, args=(theirs, kind, thing))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join(60)
        if process.is_alive():
            process.kill()


def made_session(region):
    """A session with a handler and a component of its own, made in whatever process."""
    session = sotalia.Session(region_name=region)
    session.register("before-call", noted)
    session.recipe = (made_session, (region,))
    return session


def noted(**kwargs):
    """A handler."""


def fetch():
    """A source that has its secrets from nowhere in particular."""
    return {"access_key": "AKIDMADE", "secret_key": "s", "token": None, "expiry_time": "2099-01-01T00:00:00Z"}


def made_credentials(name):
    """Credentials with a recipe."""
    credentials = DeferredRefreshableCredentials(fetch, name)
    credentials.recipe = (made_credentials, (name,))
    return credentials


def main():
    """Read a pickle from the standard input, use it, and print what came of it."""
    import pickle

    kind, thing = pickle.load(sys.stdin.buffer)
    print(json.dumps(use(kind, thing)))


if __name__ == "__main__":
    main()

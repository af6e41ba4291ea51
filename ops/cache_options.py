"""The options of ``sotalia cache``, apart from what runs it, which takes longer to import."""

from typing import Any

__all__ = ["add_cache_command"]


def add_cache_command(commands: Any) -> Any:
    """Add the command and its actions to the parser of ``sotalia``, and return its parser."""
    cache = commands.add_parser("cache", help="the credentials that the processes of this user share")
    actions = cache.add_subparsers(dest="action", required=True)
    list_ = actions.add_parser("list", help="a line for each entry: whose, in which state, fetched by whom")
    show = actions.add_parser("show", help="all that is known of one entry, but its secrets")
    show.add_argument("entry", help="the beginning of its name, as list prints it")
    clear = actions.add_parser("clear", help="remove entries; all, if none is named. Safe while workers run")
    clear.add_argument("entries", nargs="*", metavar="entry")
    clear.add_argument("--expired", action="store_true", help="only sets and failures that have ended")
    verify = actions.add_parser("verify", help="prove that locks exclude processes of this host in the folder")
    verify.add_argument("--processes", type=int, default=4)
    verify.add_argument("--holds", type=int, default=100, help="times that each process holds the lock")
    rotate = actions.add_parser("rotate-key", help="seal everything with a new key. Safe while workers run")
    for action in (list_, show, clear, verify, rotate):
        action.add_argument("--location", help="the folder, instead of the one that the settings name")
        action.add_argument("--profile")
        action.add_argument("--json", action="store_true", help="print one JSON object")
    return cache

"""Whether the way to a private folder is safe: who could put something else in the folder's place.

Who may write in a folder may rename what lies in it. So every folder above a
private one has to be closed to others, or sticky as ``/tmp`` is, where nobody
renames what belongs to somebody else.
"""

import os
import stat

from .after_fork import import_whole

__all__ = ["why_unsafe"]

_ROOT = 0


def why_unsafe(path: str) -> str | None:
    """Return what is wrong with the folders above ``path``, an absolute one; ``None`` if nothing is.

    The nearest one has to belong to root or to the effective user. Folders
    that do not exist yet are passed over. Raises ``OSError`` for one that
    cannot be looked at.
    """
    real = os.path.realpath(os.path.dirname(path))
    ways = [os.path.dirname(path)]
    if real != ways[0]:  # a link on the way: what is above the link counts, and what is above its target
        ways.append(real)
    for way in ways:
        reason = _why_unsafe(way)
        if reason is not None:
            return reason
    return None


def _why_unsafe(path: str) -> str | None:
    nearest = True
    while True:
        try:
            found = os.stat(path)
        except FileNotFoundError:
            pass
        else:
            if nearest and found.st_uid not in (_ROOT, os.geteuid()):
                return f"{path} belongs to user {found.st_uid}, who could put another folder there"
            nearest = False
            if _open_to_others(found):
                mode = stat.S_IMODE(found.st_mode)
                return f"others can write in {path} (mode {mode:04o}): close it to them, or use another folder"
        above = os.path.dirname(path)
        if above == path:
            return None
        path = above


def _open_to_others(found: os.stat_result) -> bool:
    if found.st_mode & stat.S_ISVTX:
        return False
    if found.st_mode & stat.S_IWOTH:
        return True
    return bool(found.st_mode & stat.S_IWGRP) and found.st_gid != _ROOT and not _is_own_group(found.st_gid)


def _is_own_group(gid: int) -> bool:
    """Whether nobody but the user is in a group, as where each user has a group of the same name (umask 002)."""
    import_whole("grp", "pwd")
    from grp import getgrgid
    from pwd import getpwuid

    try:
        user, group = getpwuid(os.geteuid()), getgrgid(gid)
    except KeyError:
        return False
    return user.pw_gid == gid and user.pw_name == group.gr_name and not set(group.gr_mem) - {user.pw_name}

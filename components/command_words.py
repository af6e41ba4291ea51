"""A command line in one text, taken apart into words as the system's own rules say, without a shell."""

import os

__all__ = ["split_command"]


def split_command(command: str, platform: str = os.name) -> list[str]:
    """Return the words of a command line; nothing is expanded and no shell is started.

    POSIX: the quoting rules of ``sh``. Windows (``platform="nt"``): those of
    the Microsoft C runtime ("Parsing C command-line arguments"). Raises
    ``ValueError`` for a quote that is not closed.
    """
    if platform == "nt":
        return _windows_words(command)
    from .after_fork import import_whole

    import_whole("shlex")
    from shlex import split

    return split(command)


def _windows_words(command: str) -> list[str]:
    """Split at blanks outside double quotes; backslashes are special in front of a double quote only."""
    words: list[str] = []
    word: str | None = None  # not begun; a pair of quotes alone begins an empty word
    quoted = False
    slashes = 0
    for letter in command:
        if letter == "\\":
            slashes += 1
            continue
        if letter == '"':
            word = (word or "") + "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
        else:
            if slashes:
                word = (word or "") + "\\" * slashes
            if letter in " \t" and not quoted:
                if word is not None:
                    words.append(word)
                word = None
            else:
                word = (word or "") + letter
        slashes = 0
    if quoted:
        raise ValueError("a double quote is not closed")
    if slashes:
        word = (word or "") + "\\" * slashes
    return words if word is None else [*words, word]

import random
import subprocess

import pytest
from sotalia.components.command_words import split_command


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("program --key value", ["program", "--key", "value"]),
        ("program 'a b' \"c d\"", ["program", "a b", "c d"]),
        ("program a\\ b ''", ["program", "a b", ""]),
        ("program $HOME *.txt ; rm x", ["program", "$HOME", "*.txt", ";", "rm", "x"]),
        ("", []),
    ],
)
def test_a_command_is_split_like_a_shell_and_nothing_is_expanded(command, words):
    assert split_command(command, "posix") == words


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (r'"C:\Program Files\x.exe" --key "a b"', [r"C:\Program Files\x.exe", "--key", "a b"]),
        (r"C:\x\y.exe \\host\share\ ", [r"C:\x\y.exe", "\\\\host\\share\\"]),
        (r'a "b\"c" \"d\" "e\\" "f\\\"g"', ["a", 'b"c', '"d"', "e\\", 'f\\"g']),
        ('a "" b\t""', ["a", "", "b", ""]),
        ("a 'b c'", ["a", "'b", "c'"]),
        ('a"b c"d', ["ab cd"]),
        ("", []),
    ],
)
def test_a_command_of_windows_is_split_as_its_c_runtime_does(command, words):
    assert split_command(command, "nt") == words


@pytest.mark.parametrize(("command", "platform"), [('a "b', "posix"), ("a 'b", "posix"), ('a "b', "nt")])
def test_a_quote_that_is_not_closed_is_refused(command, platform):
    with pytest.raises(ValueError):
        split_command(command, platform)


def test_what_the_standard_library_quotes_for_windows_comes_back():
    draw = random.Random(7)
    for _ in range(2000):
        words = ["".join(draw.choices('ab "\\\t', k=draw.randrange(7))) for _ in range(draw.randrange(1, 4))]
        assert split_command(subprocess.list2cmdline(words), "nt") == words

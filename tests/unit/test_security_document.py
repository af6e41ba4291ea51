"""Every claim of docs/security.md names tests; they have to be there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]


def named():
    """Return the pairs of file and test; a name without a file belongs to the file that was named before it."""
    text = (TESTS.parent / "docs" / "security.md").read_text()
    file = None
    for found in re.finditer(r"`((?:unit|functional|fleet)/[\w/]+\.py)(?:::(\w+))?`|`::(\w+)`", text):
        file = found[1] or file
        test = found[2] or found[3]
        if test:
            yield file, test


def test_the_tests_that_the_document_names_exist():
    pairs = list(named())
    assert len(pairs) > 50
    missing = [
        f"{file}::{test}"
        for file, test in pairs
        if not (TESTS / file).exists() or not re.search(rf"^def {test}\(", (TESTS / file).read_text(), re.MULTILINE)
    ]
    assert missing == []

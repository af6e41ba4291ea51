"""How many examples a property test tries: few by default, ``SOTALIA_FUZZ_EXAMPLES`` of them where it is set."""

import os

import hypothesis

__all__ = ["fuzzed"]


def fuzzed(default: int) -> hypothesis.settings:
    """Return the settings of a property test."""
    examples = int(os.environ.get("SOTALIA_FUZZ_EXAMPLES", 0))
    return hypothesis.settings(max_examples=examples or default, deadline=None)

"""The page for those who are woken up names what really exists."""

import re
from pathlib import Path

from sotalia.components import log_events
from sotalia.components.settings_table import SETTINGS

PAGE = (Path(__file__).parents[3] / "docs" / "credentials.md").read_text()


def test_every_warning_of_the_page_is_an_event():
    named = set(re.findall(r"^\| `([a-z]+_[a-z_]+)", PAGE, re.MULTILINE))
    events = {getattr(log_events, name) for name in log_events.__all__}
    assert {"cache_degraded", "cache_entry_rejected", "lock_timed_out", "credentials_refresh_failed"} <= named
    assert named - set(SETTINGS) <= events


def test_every_setting_of_the_page_has_the_variable_that_it_names():
    rows = re.findall(r"^\| `([a-z_]+)` \| `([A-Z_]+)` \|", PAGE, re.MULTILINE)
    assert len(rows) >= 4
    assert [(name, variable) for name, variable in rows if variable not in SETTINGS[name].env] == []

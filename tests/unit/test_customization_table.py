"""The page about customizations is complete: no row without a test, no customization without a row."""

from collections import Counter
from pathlib import Path

import customization_table
from customization_player import all_cases
from sotalia.handlers import BUILTIN_HANDLERS
from sotalia.session_core.customizations import SERVICES

ROOT = Path(__file__).resolve().parents[2]
ROWS = customization_table.ROWS


def test_the_page_is_the_one_that_the_table_makes():
    assert (ROOT / "docs" / "customizations.md").read_text() == customization_table.text()


def test_every_case_belongs_to_a_row_and_every_row_has_a_test():
    counted = Counter(case.of for case in all_cases().values())
    assert set(counted) <= {row.name for row in ROWS}
    assert [row.name for row in ROWS if not counted[row.name] and not row.tests] == []
    assert [test for row in ROWS for test in row.tests if not (ROOT / test).is_file()] == []


def test_every_built_in_handler_has_one_row():
    assert sorted(name for row in ROWS for name in row.handlers) == sorted(BUILTIN_HANDLERS)


def test_every_module_of_a_service_has_a_row():
    folder = ROOT / "session_core"
    named = {module for row in ROWS for module in row.modules}
    assert [module for module in named if not (folder / f"{module}.py").is_file()] == []
    assert {path.stem for path in folder.glob("customize_*.py")} <= named
    assert {module for module, _ in SERVICES.values()} <= named

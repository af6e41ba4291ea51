"""Every command is found, by its name, with what it is given."""

import subprocess
import sys

import pytest
from sotalia.ops import command_line

COMMANDS = {
    "demo": ([], "demo", "run_demo"),
    "bench": ([], "bench_command", "run_bench_command"),
    "crashes": (["--anything"], "crashes", "main"),
    "fleet": (["--anything"], "fleet_matrix", "main"),
    "simulate": ([], "simulate_report", "run_simulation"),
    "models": (["info"], "models_command", "run_models"),
    "stubs": (["s3"], "stubs_command", "run_stubs"),
    "doctor": ([], "doctor", "run_doctor"),
    "cache": (["list"], "cache_command", "run_cache"),
    "soak": ([], "soak_command", "run_soak"),
    "sso": (["login"], "sso_command", "run_sso"),
    "export-credentials": ([], "export_command", "run_export"),
}


def test_these_are_all(capsys):
    with pytest.raises(SystemExit):
        command_line.main(["--help"])
    text = capsys.readouterr().out
    assert [line.split()[0] for line in text.splitlines() if line.startswith("    ") and line[4] != " "] == [*COMMANDS]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_gives_its_status(command, monkeypatch):
    from importlib import import_module

    arguments, module, function = COMMANDS[command]
    given = []
    found = import_module(f"sotalia.ops.{module}")
    monkeypatch.setattr(found, function, lambda *options, **more: given.append((options, more)) or 7)
    assert command_line.main([command, *arguments]) == 7
    if "--anything" in arguments:  # it parses them itself
        assert given == [((["--anything"],), {})]


def test_without_a_command_the_help_is_an_error(capsys):
    assert command_line.main([]) == 2
    assert "COMMAND" in capsys.readouterr().err
    assert command_line.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("sotalia ")


def test_the_help_imports_nothing_of_the_commands():
    program = (
        "import sys\n"
        "from sotalia.ops.command_line import main\n"
        "try:\n    main(['bench', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "print(*sorted(name for name in sys.modules if name.startswith('sotalia.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    loaded = {name for name in done.stdout.splitlines()[-1].split() if name.startswith("sotalia.ops.")}
    assert loaded == {f"sotalia.ops.{name}" for name in ("command_line", "bench_options", "cache_options")}
    assert "sotalia.session_core" not in done.stdout

"""What Python says of a function, a file or a module of ours or the host's, in its own words."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("import json\njson.dump()", "dump() missing 2 required positional arguments: 'value' and 'file'"),
        ("import json\njson.load()", "load() missing 1 required positional argument: 'file'"),
        ("import asyncio\nasyncio.run()", "run() missing 1 required positional argument: 'main'"),
        ("import time\ntime.sleep()", "sleep() missing 1 required positional argument: 'seconds'"),
        (
            "import contextlib\ncontextlib.redirect_stdout()",
            "redirect_stdout() missing 1 required positional argument: 'target'",
        ),
        ("import re\nre.compile()", "compile() missing 1 required positional argument: 'pattern'"),
        ("isinstance(1)", "isinstance() missing 1 required positional argument: 'kinds'"),
        ("print(1, zap=2)", "print() got an unexpected keyword argument 'zap'"),
    ],
)
def test_functions_of_ours_have_the_names_that_they_are_called_by(attack, code, told):
    """Python's own words about a wrong call tell no name of ours, neither in the report nor in the program."""
    assert attack(code).error.message == told
    lines = code.split("\n")
    lines[-1] = f"try: {lines[-1]}\nexcept TypeError as error: print(error)"
    assert attack("\n".join(lines)).stdout == f"{told}\n"


def test_an_import_that_fails_in_a_tool_tells_no_path(attack):
    """Python tells the file of the module."""

    def load() -> str:
        """Loads."""
        from os import nothing

        return str(nothing)

    code = "try: load()\nexcept ImportError as error: print(error, error.path)"
    assert attack(code, load).stdout == "cannot import name 'nothing' from 'os' None\n"

"""The command group, and what its errors look like."""

from __future__ import annotations

import sys
import warnings
from io import TextIOWrapper

import click
from rich.console import Console
from rich.text import Text

from codeact_sdk.cli.execute import execute
from codeact_sdk.cli.offer import packs, prompt, tools
from codeact_sdk.cli.packs_check import check
from codeact_sdk.cli.packs_config import disable, enable
from codeact_sdk.cli.packs_doctor import doctor
from codeact_sdk.cli.packs_lock import lock
from codeact_sdk.cli.packs_new import new
from codeact_sdk.cli.run import demo, run
from codeact_sdk.cli.runs import runs
from codeact_sdk.cli.text import clean
from codeact_sdk.errors import CodeActError

EXIT_INTERRUPTED = 130
"""What shells report for a program that SIGINT ended."""


_EXIT_CODES = """\b
Exit codes: 0 done, 1 the task failed, 2 wrong use,
3 a limit, 4 waiting for approval, 130 interrupted.
"""


class _Commands(click.Group):
    """Turns errors of the SDK into a message and an exit code."""

    def invoke(self, ctx: click.Context) -> object:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer characters than a model
        if not sys.warnoptions:  # pydantic's word to a pack's author, who may well mean the field
            warnings.filterwarnings("ignore", message=r'Field name "\w+" in ".*" shadows an attribute in parent')
        try:
            return super().invoke(ctx)
        except CodeActError as error:
            Console(stderr=True, soft_wrap=True).print(Text(f"error: {clean(str(error))}", "red"))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            ctx.exit(EXIT_INTERRUPTED)


@click.group("codeact", cls=_Commands, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="codeact-sdk", message="codeact-sdk %(version)s")
def main() -> None:
    """Agents that act by writing Python."""


for _command in (demo, run, execute, tools, prompt, packs, runs):
    main.add_command(_command)
for _command in (enable, disable, doctor, lock, check, new):
    packs.add_command(_command)

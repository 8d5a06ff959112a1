"""`python -m codeact_sdk.cli` is `codeact`."""

from codeact_sdk.cli.app import main

main(prog_name="codeact")

"""The command `codeact`: it wires the parts together and shows what happens."""

from importlib import import_module

__all__ = ["main"]


def __getattr__(name: str) -> object:
    if name == "main":
        return import_module("codeact_sdk.cli.app").main
    raise AttributeError(f"module 'codeact_sdk.cli' has no attribute {name!r}")

"""Fakes and checks for those who test agents and packs."""

from codeact_sdk.testing.scripted import ScriptedModel

__all__ = ["ScriptedModel"]

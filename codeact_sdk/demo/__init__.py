"""A whole run without a key and without a network: recorded replies, real code, real data."""

from codeact_sdk.demo.run import QUESTION, run_demo

__all__ = ["QUESTION", "run_demo"]

"""Keeps what tools declare about their calls (`codeact_sdk.tools.behaviour`).

What stands around a call is one generator without I/O, `engine.steps`, for tools that block and for async ones; whoever
drives it makes the attempts and waits. Libraries are imported when a tool that declares their behaviour is first called.
"""

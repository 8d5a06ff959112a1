"""Contained failures: each is kept and logged once, with its cause."""

from __future__ import annotations

import logging

from codeact_sdk.tools.faults import Faults


class MuteError(Exception):
    """An exception without a text."""

    def __str__(self) -> str:
        raise RuntimeError


def test_a_failure_is_kept_once_with_its_cause(caplog):
    """The same again tells nothing new."""
    faults = Faults()
    with caplog.at_level(logging.ERROR, logger="codeact"):
        for _ in range(3):
            faults.add(ValueError("no"), pack="acme", what="closing", distribution="codeact-acme 1")
    (fault,) = faults.all()
    assert str(fault) == "pack 'acme' (from codeact-acme 1): closing raised ValueError: no"
    assert [record.name for record in caplog.records] == ["codeact.acme"]


def test_an_exception_whose_text_fails_is_named_by_its_class():
    """The text is code of the plugin, and may fail too."""
    faults = Faults()
    faults.add(MuteError(), pack="acme", what="closing")
    assert faults.all()[0].cause == "MuteError"


def test_values_of_secrets_are_taken_out():
    """Also of the traceback."""
    faults = Faults()
    faults.redact = lambda text: text.replace("s3cret", "[secret]")
    faults.add(ValueError("s3cret"), pack="acme", what="closing")
    assert "s3cret" not in repr(faults.all())

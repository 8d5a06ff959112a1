"""Classes of modules that are slow to import, where somebody has imported them: only then can a value be of one."""

from __future__ import annotations

import sys
from typing import Any


class _Nothing:
    """Stands for a class that nobody has loaded: nothing is an instance or a subclass of this one."""


def loaded(module: str, name: str) -> Any:  # a class whose members only the caller can name
    """The class, or one that nothing belongs to where its module was not imported.

    Args:
        module: Where the class is defined, such as `pydantic.main`.
        name: Of the class.
    """
    return getattr(sys.modules.get(module), name, _Nothing)


def loaded_kind(kind: type) -> tuple[str, str]:
    """The module and the name under which a class is found; empty ones where another object is found there."""
    place = kind.__module__, kind.__name__
    return place if loaded(*place) is kind else ("", "")

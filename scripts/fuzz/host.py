"""What of the host an action must leave as it was."""

from __future__ import annotations

import asyncio
import decimal
import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
from collections.abc import Iterable
from types import ModuleType

State = dict[str, object]

_SOON_CHANGED = (
    "cache",
    "_abc_impl",
    "__annotations__",
    "_counter",
    "__warningregistry__",
    "_strptime",
    "tzname",
    "_sha512",
    "_b32rev",
    "regex_cache",
    "__abstractmethods__",
    "__match_args__",
)
"""Parts of names of what the library itself changes while it is used."""

_LONGEST = 200


def settings() -> State:
    """Gives the settings of the process, which are looked at after each program."""
    context = decimal.getcontext()
    return {
        "random": hash(random.getstate()),
        "decimal": (context.prec, context.rounding, str(context.traps), str(context.flags), context.Emax),
        "warnings": list(map(str, warnings.filters)),
        "recursion": sys.getrecursionlimit(),
        "digits": sys.get_int_max_str_digits(),
        "environ": dict(os.environ),
        "folder": os.getcwd(),  # noqa: PTH109  # compared as text
        "locale": locale.setlocale(locale.LC_ALL),
        "streams": (id(sys.stdout), id(sys.stderr), id(sys.stdin), id(sys.displayhook), id(sys.excepthook)),
        "hooks": (
            id(sys.unraisablehook),
            id(threading.excepthook),
            id(sys.meta_path[0]),
            len(sys.path),
            len(sys.path_hooks),
        ),
        "trace": (sys.gettrace(), sys.getprofile(), sys.getswitchinterval(), sys.get_asyncgen_hooks()[0] is None),
        "signals": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)],
        "loggers": (logging.root.level, len(logging.root.handlers), logging.root.manager.disable),
        "loops": id(asyncio.get_event_loop_policy()) if sys.version_info < (3, 14) else 0,
    }


def members(names: Iterable[str]) -> State:
    """Gives the members of modules and of their classes by identity, and what small containers hold.

    Args:
        names: Modules that are loaded.
    """
    found: State = {}
    for name in names:
        module = sys.modules.get(name)
        if isinstance(module, ModuleType):
            for member, value in list(vars(module).items()):
                if isinstance(value, type) and value.__module__ == name:
                    found |= {
                        f"{name}.{member}.{inner}": _fingerprint(item)
                        for inner, item in list(vars(value).items())
                        if _is_still(inner)
                    }
                elif _is_still(member):
                    found[f"{name}.{member}"] = _fingerprint(value)
    return found


def changes(before: State, after: State) -> list[str]:
    """Names what is not as it was.

    Args:
        before: A state.
        after: The same at a later time.
    """
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _is_still(name: str) -> bool:
    return not any(part in name.lower() for part in _SOON_CHANGED)


def _fingerprint(value: object) -> object:
    if type(value) in (list, dict, set) and len(value) <= _LONGEST:  # type: ignore[arg-type]  # they have a length
        return id(value), len(value), [id(item) for item in value]  # type: ignore[arg-type, attr-defined]  # as above
    return id(value)

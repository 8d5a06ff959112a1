"""Programs that call what modules and builtin types offer, with small arguments of every kind."""

from __future__ import annotations

import random
from collections.abc import Callable
from importlib import import_module

from codeact_sdk import Interpreter

_LEFT_OUT = frozenset({
    "asyncio", "logging", "warnings", "traceback", "sys", "time", "timeit", "random", "secrets", "os.path", "ast",
})  # fmt: skip
"""They tell of the process, the clock or chance, or print elsewhere: two runs are not alike."""

_NOT_ALIKE = frozenset(
    {
        "uuid1",
        "uuid4",
        "getnode",
        "now",
        "today",
        "utcnow",
        "urandom",
        "get_context",
        "available_timezones",
        "id",
        "hash",
    }
)

_TYPES = (
    "str",
    "bytes",
    "list",
    "dict",
    "set",
    "frozenset",
    "tuple",
    "int",
    "float",
    "complex",
    "bytearray",
    "range",
    "bool",
    "slice",
)
_FUNCTIONS = (
    "abs", "all", "any", "ascii", "bin", "bool", "bytes", "callable", "chr", "complex", "dict", "divmod", "enumerate", "filter", "float", "format", "frozenset", "getattr",
    "hasattr", "hex", "int", "isinstance", "issubclass", "iter", "len", "list", "map", "max", "min", "next", "oct", "ord", "pow", "range", "repr", "reversed", "round",
    "set", "slice", "sorted", "str", "sum", "tuple", "type", "zip", "bytearray", "print", "property", "staticmethod", "classmethod", "super", "object",
)  # fmt: skip

_VALUES = (
    "0", "1", "2", "-1", "7", "255", "10**20", "True", "None", "0.5", "-2.5", "float('inf')", "float('nan')", "1j", "''", "'a'", "'ab c'", "'ß é'", "'1,2\\n3'", "'%s'", "'{}'", "'2024-02-29'",
    "'YWI='", "'0a0b'", "'[1, {\"a\": null}]'", "'10.0.0.1'", "'a.b(c)*'", "'utf-8'", "b''", "b'ab'", "b'\\x00\\xff'", "[]", "[1, 2, 3]", "[3, 1, 2]", "['b', 'a']", "[1, 'a']", "[[1], [2]]",
    "(1, 2)", "()", "{}", "{'a': 1}", "{1, 2}", "frozenset({1})", "range(4)", "slice(1, 3)", "int", "str", "list", "len", "str.upper", "lambda *a: a", "lambda x: x", "lambda a, b: a", "iter([1, 2])", "(x for x in 'ab')",
    "Own(2)", "Own", "Text('t')", "bytearray(b'xy')", "...", "NotImplemented", "ValueError('v')", "datetime.date(2024, 2, 29)", "datetime.datetime(2024, 1, 2, 3, 4)", "datetime.timedelta(1, 2)",
    "decimal.Decimal('1.10')", "fractions.Fraction(1, 3)", "collections.Counter('aab')", "collections.deque([1, 2])", "re.compile('(a)(?P<n>b)?')", "uuid.UUID(int=5)", "ipaddress.ip_address('10.0.0.1')",
    "io.StringIO('a\\nb')", "enum.Enum('E', 'A B')", "types.SimpleNamespace(a=1)", "dataclasses.field(default=1)", "itertools.count(1)", "functools.partial(max, 1)",
)  # fmt: skip

_PRELUDE = """\
import {modules}
class Own:
    def __init__(self, n=1): self.n = n
    def __repr__(self): return 'Own(%s)' % self.n
    def __eq__(self, other): return isinstance(other, Own) and other.n == self.n
    def __lt__(self, other): return self.n < getattr(other, 'n', 0)
    def __hash__(self): return 5
    def __len__(self): return 2
    def __iter__(self): return iter((1, self.n))
    def __getitem__(self, i): return [1, self.n][i]
    def __index__(self): return self.n
    def __float__(self): return 0.5
    def __call__(self, *a, **k): return a
    def __format__(self, spec): return 'own' + spec
class Text(str): pass
def show(make):
    try:
        value = make()
        kind = type(value).__name__
        text = repr(value)
        if hasattr(value, '__next__'):
            text = [item for item, _ in zip(value, range(6))]
        print(kind, text)
    except Exception as error:
        print(type(error).__name__)
"""

Call = Callable[[random.Random], str]


class MemberCalls:
    """Writes programs of calls; what may be called is read from an interpreter once."""

    def __init__(self) -> None:
        with Interpreter() as interpreter:
            self._modules = [name for name in interpreter.modules if name not in _LEFT_OUT and not name.startswith("_")]
            names = {name: _public(interpreter, name) for name in self._modules}
        self._members = [
            f"{module}.{name}" for module, found in names.items() for name in found if name not in _NOT_ALIKE
        ]

    def write(self, rng: random.Random) -> str:
        """Writes a program of some calls, each of which shows a result or the type of an error."""
        lines = [f"show(lambda: {self._call(rng)})" for _ in range(rng.randint(3, 10))]
        return _PRELUDE.format(modules=", ".join(self._modules)) + "\n".join(lines)

    def _call(self, rng: random.Random) -> str:
        kind = rng.randrange(4)
        if kind == 0:
            return f"{rng.choice(_FUNCTIONS)}({self._arguments(rng)})"
        if kind == 1:
            value = rng.choice(_VALUES)
            name = rng.choice([name for name in dir(_builtin(value)) if not name.startswith("_")] or ["real"])
            return f"({value}).{name}({self._arguments(rng)})"
        member = rng.choice(self._members)
        found = getattr(import_module(member.rpartition(".")[0]), member.rpartition(".")[2], None)
        if not callable(found):
            return member
        call = f"{member}({self._arguments(rng)})"
        if isinstance(found, type) and rng.random() < 0.6:  # noqa: PLR2004  # more often than not
            names = [name for name in dir(found) if not name.startswith("_") and name not in _NOT_ALIKE]
            if names:
                return f"{call}.{rng.choice(names)}" + (f"({self._arguments(rng)})" if rng.random() < 0.8 else "")  # noqa: PLR2004  # most are methods
        return call

    @staticmethod
    def _arguments(rng: random.Random) -> str:
        parts = [rng.choice(_VALUES) for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3)))]
        if rng.random() < 0.1:  # noqa: PLR2004  # now and then
            parts.append(
                rng.choice(
                    (
                        "key=str",
                        "reverse=True",
                        "default=0",
                        "sep='-'",
                        "start=2",
                        "base=2",
                        "maxlen=1",
                        "indent=1",
                        "strict=True",
                        "*[1, 2]",
                        "**{'key': repr}",
                    )
                )
            )
        return ", ".join(parts)


def _public(interpreter: Interpreter, module: str) -> list[str]:
    names = interpreter.run(f"import {module}\ndir({module})").value
    found = vars(import_module(module))
    return [name for name in names or () if not name.startswith("_") and name in found]


def _builtin(value: str) -> object:
    """A builtin value of the same type, to learn the names of its methods."""
    kinds: tuple[tuple[str, object], ...] = (
        ("'", ""), ("b'", b""), ("[", []), ("(", ()), ("{'", {}), ("{1", set()), ("range", range(0)), ("bytearray", bytearray()), ("frozenset", frozenset()),
        ("float", 0.5), ("0.5", 0.5), ("1j", 1j),
    )  # fmt: skip
    return next((example for begin, example in kinds if value.startswith(begin)), 0)

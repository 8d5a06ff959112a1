"""Programs for comparing interpreters: every kind of statement and expression that actions may hold, put together at random.

Numbers, texts and lists stay small, and loops end, so that a program takes no time whatever it does. It may fail anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

NUMBERS, TEXTS, LISTS, DICTS = ("a", "b", "c"), ("s", "t"), ("xs", "ys"), ("d", "e")

PRELUDE = """
import contextlib, functools, itertools
from collections import Counter, defaultdict
from dataclasses import dataclass, field
a, b, c, s, t, xs, ys, d, e = 3, -2, 7, 'spam', 'x y', [3, 1, 2], [], {'k': 1, 'spam': 4}, {}
class Oops(ValueError):
    def __init__(self, text, code=0):
        super().__init__(text)
        self.code = code
class Base:
    made = 0
    def __init__(self, n=0):
        self.n = n
        type(self).made += 1
    label = 'base'
    @property
    def twice(self): return self.n * 2
    @classmethod
    def of(cls, n): return cls(n)
    def __repr__(self): return f'{type(self).__name__}({self.n})'
    def __eq__(self, other): return isinstance(other, Base) and self.n == other.n
    def __hash__(self): return hash(self.n)
    def __lt__(self, other): return self.n < other.n
    def __add__(self, other): return type(self)(self.n + getattr(other, 'n', other))
    def __bool__(self): return self.n % 2 == 1
    def __len__(self): return abs(self.n) % 5
    def __iter__(self):
        yield from range(len(self))
    def __getitem__(self, i): return self.n + i
    def __contains__(self, x): return x == self.n
    def __call__(self, *args, **options): return (self.n, args, options)
    def __enter__(self): print('in'); return self
    def __exit__(self, kind, error, _): print('out', kind and kind.__name__); return isinstance(error, Oops)
class Sub(Base):
    def __init__(self, n=1, *more):
        super().__init__(n)
        self._more = more
@dataclass(order=True)
class Point:
    x: int = 0
    y: list = field(default_factory=list)
def gen(n):
    try:
        for i in range(abs(n) % 4):
            got = yield i
            if got: print('got', got)
    finally:
        print('closed')
@contextlib.contextmanager
def within(name):
    print('enter', name)
    try: yield name
    except KeyError as error: print('swallowed', error)
    finally: print('leave', name)
def logged(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        print('call', function.__name__, args, kwargs)
        return function(*args, **kwargs)
    return inner
def counter(start):
    def add(step=1):
        nonlocal start
        start += step
        return start
    return add
"""


class _Writer:
    """Draws one program."""

    def __init__(self, choose: Callable[[Sequence[Any]], Any]) -> None:
        self._choose = choose
        self._fresh = 0
        self._in_function = False
        self._in_loop = False

    def pick(self, *choices: Any) -> Any:
        """One of some."""
        return self._choose(choices)

    def name(self, prefix: str) -> str:
        """A name that is new."""
        self._fresh += 1
        return f"{prefix}{self._fresh}"

    # -- expressions

    def of(self, kind: str, depth: int = 2) -> str:
        """An expression of a kind: number, text, list, dict, truth or anything."""
        if kind == "any":
            kind = self.pick("number", "text", "list", "dict", "truth")
        plain, made = _EXPRESSIONS[kind]
        template = self.pick(*plain) if depth <= 0 else self.pick(*plain, *made, *made)
        return self._filled(template, depth - 1)

    def _filled(self, template: str, depth: int) -> str:
        """Fills `<number>` and the like with expressions."""

        def fill(found: re.Match[str]) -> str:
            kind = found[1]
            return _NAMES[kind](self) if kind in _NAMES else self.of(kind, depth)

        return _PLACES.sub(fill, template)

    # -- statements

    def block(self, depth: int, most: int = 3) -> list[str]:
        """Some statements."""
        lines: list[str] = []
        for _ in range(self._choose(range(1, most + 1))):
            lines += self.statement(depth)
        return lines

    def statement(self, depth: int) -> list[str]:
        """One statement, as lines."""
        if depth <= 0 or self.pick(True, False):
            return self._simple()
        return self.pick(*_COMPOUND)(self, depth - 1)

    def _simple(self) -> list[str]:
        choices = list(_SIMPLE)
        if self._in_function:
            choices += ["return <any>", "return"]
        if self._in_loop:
            choices += ["break", "continue", "if <truth>: break"]
        return self._filled(self.pick(*choices), 2).split("\n")

    def indented(self, depth: int, *, most: int = 2) -> list[str]:
        """A block under a head."""
        return [f"    {line}" for line in self.block(depth, most)]

    def conditional(self, depth: int) -> list[str]:
        """`if`, with or without the rest."""
        lines = [f"if {self.of('truth')}:", *self.indented(depth)]
        if self.pick(True, False):
            lines += [f"elif {self.of('any', 1)}:", *self.indented(depth)]
        return [*lines, "else:", *self.indented(depth)] if self.pick(True, False) else lines

    def loop(self, depth: int) -> list[str]:
        """`for` or `while`, with or without `else`."""
        outer, self._in_loop = self._in_loop, True
        if self.pick(True, True, False):
            lines = [self._filled(self.pick(*_HEADS), 1), *self.indented(depth)]
        else:
            count = self.name("n")
            lines = [f"{count} = 0", f"while {count} < {self.pick(2, 3)}:", f"    {count} += 1", *self.indented(depth)]
        self._in_loop = outer
        return [*lines, "else:", *self.indented(depth)] if self.pick(True, False) else lines

    def attempt(self, depth: int) -> list[str]:
        """`try` in its forms."""
        lines = ["try:", *self.indented(depth)]
        handled = self.pick(True, True, False)
        if handled:
            head = self.pick(*_HANDLERS)
            lines += [head, *self.indented(depth)]
            if self.pick(True, False):
                lines += ["else:", *self.indented(depth)]
        if not handled or self.pick(True, False):
            lines += ["finally:", *self.indented(depth)]
        return lines

    def context(self, depth: int) -> list[str]:
        """`with`."""
        return [self._filled(self.pick(*_CONTEXTS), 1), *self.indented(depth)]

    def function(self, depth: int) -> list[str]:
        """A definition and a call of it."""
        name = self.name("f")
        outer = self._in_function, self._in_loop
        self._in_function, self._in_loop = True, False
        parameters, call = self.pick(*_SIGNATURES)
        scope = self.pick([], [], ["    global a", "    a += 1"], ["    a = b = c = 1"])
        lines = [
            *self.pick([], [], ["@logged"], ["@functools.lru_cache"], ["@staticmethod"]),
            f"def {name}({parameters}):",
            *scope,
            *(f"    {name} = {value}" for name, value in _LOCALS if f"global {name}" not in "".join(scope)),
            *self.indented(depth),
        ]
        self._in_function, self._in_loop = outer
        return [*lines, f"print({name}({self._filled(call, 1)}))"]

    def generator(self, depth: int) -> list[str]:
        """A generator function and what becomes of it."""
        name = self.name("g")
        body = self._filled(self.pick(*_GENERATORS), 1).split("\n")
        use = self.pick("print(list({0}()))", "print(next({0}(), 'none'))", "print(*{0}())", "for a in {0}(): print(a)")
        return [f"def {name}():", *(f"    {line}" for line in body), use.format(name)]

    def choice(self, depth: int) -> list[str]:
        """`match`."""
        lines = [f"match {self.of('any')}:"]
        for _ in range(self.pick(1, 2)):
            guard = f" if {self.of('truth', 1)}" if self.pick(True, False, False) else ""
            lines += [f"    case {self.pick(*_PATTERNS)}{guard}:", *(f"    {line}" for line in self.indented(depth))]
        return [*lines, "    case _:", *(f"    {line}" for line in self.indented(depth))]

    def definition(self, depth: int) -> list[str]:
        """A class and a use of it."""
        del depth
        name = self.name("C")
        lines = self._filled(self.pick(*_CLASSES), 1).replace("NAME", name).split("\n")
        return [*lines, f"print({name}.__name__, {self._filled(self.pick(*_USES), 1).replace('NAME', name)})"]


_NAMES: dict[str, Callable[[_Writer], str]] = {
    "n": lambda writer: writer.pick(*NUMBERS),
    "s": lambda writer: writer.pick(*TEXTS),
    "xs": lambda writer: writer.pick(*LISTS),
    "d": lambda writer: writer.pick(*DICTS),
    "error": lambda writer: writer.pick(
        "ValueError('v')", "Oops('o', 5)", "KeyError('k')", "TypeError", "Exception('e', 1)"
    ),
    "op": lambda writer: writer.pick("+", "-", "*", "//", "%", "&", "|", "^"),
    "compare": lambda writer: writer.pick("==", "!=", "<", "<=", ">", ">=", "is not", "in"),
    "key": lambda writer: writer.pick("'k'", "'spam'", "'new'", "3", "None", "(1, 'a')"),
}
_PLACES = re.compile(f"<({'|'.join([*_NAMES, 'number', 'text', 'list', 'dict', 'truth', 'any'])})>")

_EXPRESSIONS: dict[str, tuple[list[str], list[str]]] = {
    "number": (
        ["0", "1", "2", "-3", "5", "True", "1.5", "<n>", "len(<s>)", "len(<xs>)"],
        [
            "(<number> <op> <number>)", "(<number> ** (<n> % 4))", "(-<number>)", "(~<n>)", "abs(<number>)",
            "(<number> if <truth> else <number>)", "<xs>[<number>]", "<xs>[-1]", "<d>[<key>]", "<d>.get(<key>, <number>)",
            "len(<list>)", "len(<text>)", "sum(<list>)", "max(<list>, default=<number>)", "min(<number>, <number>)",
            "int(<text>)", "round(<number> / 3, 2)", "divmod(<number>, <number>)[0]", "<list>.count(<number>)",
            "(lambda x, *r, k=<number>: x + k)(<number>)", "(w := <number>)", "Base(<number>).twice", "Sub(<number>)[<n>]",
            "sum(x for x in <list> if x)", "sum(1 for _ in <text>)", "(<number> << (<n> % 5))", "(<number> or <number>)",
            "counter(<number>)()", "next(gen(<number>), <number>)", "functools.reduce(lambda p, q: p + q, <list>, 0)",
            "len({*<list>, *<xs>})", "ord(<text>)", "hash(Base(<number>)) % 7", "Base.made", "bool(<any>) + 0",
            "<text>.find(<text>)", "<list>.index(<number>)", "eval('<n> + 1')", "float(<number>)", "complex(<number>, 1).imag",
        ],
    ),
    "text": (
        ["''", "'spam'", "'x y z'", "'é'", "<s>", "r'\\d'", "'a' 'b'"],
        [
            "(<text> + <text>)[:20]", "(<text> * (<n> % 3))", "<text>.upper()", "<text>.title()", "<text>.strip()", "<text>[::-1]",
            "<text>[<number>]", "<text>[<n>:<n>]", "','.join(map(str, <list>))", "str(<any>)[:30]", "repr(<any>)[:30]",
            "f'{<n>:>{<n> % 9}}'", "f'{<s>!r:.5}|{<n>=}'", "f'{<xs>}'", "('%s-%r' % (<text>, <number>))", "('%05d' % <number>)",
            "'{} {x}'.format(<number>, x=<text>)", "'{0[0]}'.format(<list>)", "<text>.replace('a', <text>)", "<text>.center(<n> % 9, '*')",
            "<text>.zfill(<n> % 9)", "chr(97 + <number> % 26)", "format(<number>, '+.2f')", "type(<any>).__name__", "<text>.split(<text>)[0]",
            "str(Sub(<n>)._more)", "repr(Base(<number>))", "Sub.label", "' '.join(sorted(<text>))", "<text>.partition('a')[2]", "ascii(<text>)",
            "<text>.removeprefix('s')", "f'{<n>:08.3f}'", "bytes(<text>, 'utf-8').hex()[:9]",
        ],
    ),
    "list": (
        ["[]", "[1, 2]", "<xs>", "[0, 'a', None]"],
        [
            "[<any>, <number>]", "[*<list>, *<text>][:8]", "<list>[<n>:<n>]", "<list>[::-1]", "(<list> + <list>)[:8]", "sorted(<list>)",
            "sorted(<list>, key=lambda x: -x, reverse=<truth>)", "[x * 2 for x in <list>]", "[x for x in <list> if x != <number>]",
            "[(x, y) for x in <list>[:2] for y in <text>[:2]]", "list(map(str, <list>))", "list(filter(None, <list>))", "list(<text>)[:8]",
            "list(range(<n> % 5))", "list(zip(<list>, <text>))", "list(enumerate(<text>, 1))[:3]", "<text>.split()", "list(gen(<number>))",
            "list(<d>.items())", "list(itertools.chain(<list>, <xs>))[:8]", "list(itertools.accumulate(<list>))", "list(reversed(<list>))",
            "[x for x in <d>]", "[(y := x, y) for x in <list>]", "list(Base(<number>))", "Counter(<text>).most_common(2)", "[[x] for x in <list>][:3]",
            "list(dict.fromkeys(<list>))", "list(itertools.islice(itertools.count(<n>), 3))", "[*map(lambda x, y=1: (x, y), <list>)]",
            "[Point(<number>), Point(1, <list>)]", "sorted([Base(<number>), Sub(<number>)])", "[lambda: <number>][0:0]",
        ],
    ),
    "dict": (
        ["{}", "{'k': 1}", "<d>"],
        [
            "{<text>: <any>}", "{**<d>, 'z': <number>}", "{k: v for k, v in <d>.items() if v}", "dict(zip(<text>, <list>))", "(<dict> | <d>)",
            "{x: len(str(x)) for x in <list>}", "dict(Counter(<text>))", "vars(Base(<number>))", "dict(k=<number>, spam=<text>)",
            "{(<number>, 1): <list>}", "vars(Point(<number>))",
        ],
    ),
    "truth": (
        ["True", "False", "<n> > 0", "<s> == 'spam'", "<xs>"],
        [
            "<any> <compare> <any>", "<number> < <number> <= <number>", "not <any>", "(<truth> and <any>)", "(<truth> or <any>)",
            "isinstance(<any>, (int, str))", "<number> in <list>", "<text> in <text>", "all(<list>)", "any(x for x in <list>)", "callable(<any>)",
            "<text>.isdigit()", "Base(<number>) == Sub(<number>)", "bool(Base(<number>))", "hasattr(<any>, 'append')", "<key> in <d>", "<any> is None",
            "issubclass(Sub, Base)", "{*<list>} <= {*<xs>}", "<number> in Base(<number>)", "isinstance(<any>, list | dict)",
        ],
    ),
}  # fmt: skip

_SIMPLE = [
    "print(<any>)", "print(<text>, <number>, sep=<text>, end='|\\n')", "<n> = (<number>) % 97", "<s> = (<text>)[:12]", "<xs> = (<list>)[:8]", "<d> = <dict>",
    "<n> += (<number>) % 7", "<n> -= 1", "<n> *= (<n> % 3)", "<s> += (<text>)[:3]\n<s> = <s>[:12]", "<xs>.append(<number>)", "<xs> += [<any>]\ndel <xs>[8:]",
    "<d>[<key>] = <any>", "<d>[<key>] += 1", "<xs>[<n>] = <any>", "<xs>[<n>:<n>] = <list>\ndel <xs>[8:]", "del <xs>[<number>]", "del <d>[<key>]",
    "<n>, <s> = <number>, (<text>)[:9]", "<n>, *<xs> = <list>\ndel <xs>[8:]", "(<n>, (<s>, *_)) = <number>, <text>", "<xs>.sort()", "<xs>.pop()", "<d>.update(<dict>)",
    "<d>.setdefault(<key>, []).append(<number>)", "raise <error>", "raise Oops(<text>) from ValueError(<number>)", "assert <truth>, <text>", "pass",
    "print(*<list>, sep='-')", "o = Sub(<number>, *<list>)\no.n += 1\no.extra = <any>\nprint(o, o._more, o.extra, o.label)", "x: int = <number>\nprint(x)",
    "print((lambda *p, **k: (p, sorted(k)))(*<list>, **{'k': <any>}))", "p = Point(<number>)\np.y.append(<any>)\nprint(p, p == Point(<n>))", "print({*<list>} - {*<xs>})",
    "print(Base(<number>)(1, *<list>, k=<number>))", "g = gen(<number>)\nprint(next(g), g.send(<text>))\ng.close()", "print(sorted(<d>, key=str), len(<d>))",
    "q = defaultdict(list)\nfor x in <list>: q[type(x).__name__].append(x)\nprint(dict(q))", "<xs>.extend(<text>)\ndel <xs>[8:]", "print(Base(<number>) + <number>, Sub.of(<number>))",
    "print(<any> if <truth> else <any>)", "if (z := <number>) > 1: print('z', z)", "exec('v = <n> * 2')\nprint(<n>)", "print(<n>) or print(<s>)", "print(globals()['<n>'])",
    "print(getattr(<any>, 'real', <text>))", "del <n>", "print([f(<n>) for f in (abs, str, lambda x: x * 2)])",
]  # fmt: skip

_HEADS = [
    "for i in <list>:", "for i, x in enumerate(<text>[:3]):", "for k, v in list(<d>.items()):", "for x in range(<n> % 4):", "for x, y in zip(<list>, <text>):", "for i in gen(<number>):",
    "for i, (x, *y) in enumerate([(1, 2, 3), <text>]):", "for <n> in range(3):", "for x in Base(<number>):", "for _ in <number>, <any>:",
]  # fmt: skip
_HANDLERS = [
    "except ValueError as error:", "except (KeyError, IndexError, TypeError):", "except Exception as error:", "except:", "except Oops as oops:", "except ArithmeticError:", "except LookupError as error:",
]  # fmt: skip
_CONTEXTS = [
    "with within(<text>) as name:", "with Base(<number>) as o:", "with within('p') as p, Sub(<number>):", "with contextlib.suppress(ValueError, KeyError):", "with contextlib.nullcontext(<any>) as v:",
    "with (within('a'), contextlib.suppress(TypeError)):", "with contextlib.ExitStack() as stack:",
]  # fmt: skip
_SIGNATURES = [
    ("", ""), ("p", "<number>"), ("p=1, *rest", "*<list>"), ("p, /, q=2, *, r=3", "<number>, r=<text>"), ("*args, **options", "<any>, k=<any>"), ("p: int = 5, **k: str", "**{'x': <number>}"), ("p, q", "<any>"),
]  # fmt: skip
_LOCALS = [
    ("b", "1"),
    ("c", "2"),
    ("s", "'loc'"),
    ("t", "''"),
    ("xs", "[1]"),
    ("ys", "[2, 'b']"),
    ("d", "{'k': 2}"),
    ("e", "{}"),
]
_GENERATORS = [
    "yield <any>\nyield from <list>", "for x in <list>:\n    yield x\n    if x: return", "try:\n    yield <number>\n    raise <error>\nexcept ValueError:\n    yield 'caught'\nfinally:\n    print('end')",
    "x = yield\nprint(x)", "yield from (x for x in <text>[:3])\nreturn <any>",
]  # fmt: skip
_PATTERNS = [
    "0", "1 | 2", "'spam'", "int(x)", "str() as x", "[]", "[x]", "[x, *rest]", "(1, y)", "{'k': v}", "{'k': v, **others}", "{}", "Base(n=x)", "Point(x=0)", "Point(p, q)", "None", "True", "float()", "list([x, *_])", "[str(), int()]",
]  # fmt: skip
_CLASSES = [
    "class NAME(Base): pass", "class NAME(Sub):\n    made = 5\n    def __init__(self, n=0):\n        super().__init__(n, 1)\n        self.__hidden = n\n    def hidden(self): return self.__hidden",
    "class NAME:\n    size = <number>\n    items = [x for x in range(3)]\n    def __init__(self, n=0): self.n = n\n    @property\n    def v(self): return self.n\n    @v.setter\n    def v(self, x): self.n = x * 2",
    "@dataclass(frozen=<truth>)\nclass NAME:\n    n: int = <number>\n    def up(self): return NAME(self.n + 1)", "class NAME(list):\n    n = 1\n    def first(self): return self[0]",
    "class NAME(dict):\n    n = 2\n    def __missing__(self, key): return key * 2", "class NAME(Oops):\n    n = 3\n    def __str__(self): return 'own ' + str(self.args)", "class NAME(Base, metaclass=type):\n    def __add__(self, other): return NotImplemented",
]  # fmt: skip
_USES = [
    "NAME().n",
    "NAME()",
    "NAME(<number>)",
    "NAME() == NAME()",
    "vars(NAME())",
    "isinstance(NAME(), Base)",
    "NAME() + 1",
    "NAME().hidden()",
    "NAME().up()",
    "len(NAME())",
    "NAME()['q']",
]

_COMPOUND: list[Callable[[_Writer, int], list[str]]] = [
    _Writer.conditional, _Writer.loop, _Writer.loop, _Writer.attempt, _Writer.attempt, _Writer.context, _Writer.function, _Writer.function,
    _Writer.generator, _Writer.choice, _Writer.definition,
]  # fmt: skip


def write(choose: Callable[[Sequence[Any]], Any], *, most: int = 6) -> str:
    """Writes a program with a value in its last line.

    Args:
        choose: Takes one of some, such as `random.choice`.
        most: Statements at its top level.
    """
    writer = _Writer(choose)
    return "\n".join([PRELUDE, *writer.block(3, most), writer.of("any")])


@st.composite
def programs(draw: Callable[[st.SearchStrategy[Any]], Any], *, most: int = 6) -> str:
    """A program with a value in its last line."""
    return write(lambda choices: draw(st.sampled_from(choices)), most=most)

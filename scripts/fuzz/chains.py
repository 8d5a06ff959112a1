"""Programs that read, call, subscript, format, match and combine whatever they get hold of, with spies as arguments."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from codeact_sdk.interpreter.compiler import ActionSyntaxError, compile_action

_SPECIALS = (
    "__init__", "__eq__", "__ne__", "__lt__", "__hash__", "__len__", "__iter__", "__next__", "__getitem__", "__setitem__", "__delitem__", "__contains__", "__call__", "__enter__", "__exit__",
    "__add__", "__radd__", "__iadd__", "__mod__", "__rmod__", "__mul__", "__rmul__", "__or__", "__ror__", "__and__", "__matmul__", "__rmatmul__", "__pow__", "__divmod__", "__bool__", "__index__",
    "__str__", "__repr__", "__format__", "__float__", "__int__", "__round__", "__reversed__", "__missing__", "__await__", "__aiter__", "__anext__", "__aenter__", "__aexit__", "__length_hint__",
    "__copy__", "__deepcopy__", "__post_init__", "__match_args__", "__class_getitem__", "__set_name__", "__init_subclass__", "__get__", "__set__", "__getattr__", "__getattribute__", "__setattr__",
    "__del__", "__new__", "__reduce__", "__reduce_ex__", "__getstate__", "__instancecheck__", "__subclasscheck__", "__prepare__", "__mro_entries__", "__buffer__", "__fspath__", "__bytes__", "__complex__",
    "__dir__", "__sizeof__", "__or__", "keys", "items", "read", "write", "readline", "flush", "close", "send", "throw", "get", "emit", "filter", "format", "encode", "decode", "upper", "split", "join",
)  # fmt: skip

_BASES = (
    "object",
    "str",
    "int",
    "dict",
    "list",
    "Exception",
    "tuple",
    "float",
    "set",
    "collections.UserDict",
    "collections.abc.Mapping",
    "io.StringIO",
    "enum.Enum",
    "typing.Protocol",
    "abc.ABC",
    "random.Random",
)

_PRELUDE = """\
found = []
def note(*values, **named):
    found.extend(values)
    found.extend(named.values())
    return values[-1] if values else None
"""

_READS = (
    "{0}.{1}", "getattr({0}, '{1}')", "getattr({0}, '{1}', None)", "operator.attrgetter('{1}')({0})", "operator.methodcaller('{1}')({0})", 'eval("_x.{1}", dict(_x={0}))', "vars({0})['{1}']",
    "'{{0.{1}}}'.format({0})", "f'{{{0}.{1}}}'", "next(map(operator.attrgetter('{1}'), [{0}]))", "functools.partial(getattr, {0})('{1}')", "getattr({0}, T('{1}'))", "hasattr({0}, '{1}')",
    "getattr(type({0}), '{1}')", "super(type({0}), {0}).{1}", "copy.copy({0}).{1}", "[x.{1} for x in [{0}]][0]", "string.Template('$x').substitute(x={0}).{1}", "'{{x.{1}!r}}'.format_map(dict(x={0}))",
    "dataclasses.replace({0}, {1}=found)", "type({0}).{1}", "{0}.{1}.{2}", "{0}.{1}().{2}", "{0}['{1}']", "globals()['{1}']", "dir({0})", "help({0})",
)  # fmt: skip

_CALLS = (
    "{0}({a})", "{0}.{1}({a})", "list(map({0}, {l}))", "functools.reduce({0}, {l})", "sorted({l}, key={0})", "max({l}, key={0}.{1})", "list(filter({0}, {l}))", "{0}(*{l})", "{0}(**{{'{1}': {b}}})", "{0}.{1}(*{l})",
    "functools.partial({0}, {a})()", "functools.wraps({0})({b})", "functools.lru_cache({0})({b})", "functools.singledispatch({0})", "re.sub('a', {0}, 'banana')", "json.dumps({0}, default={b})", "json.loads('[1, {{\"a\": 2}}]', object_hook={0})",
    "list({0})", "dict({0})", "str({0})", "repr({0})", "tuple({0})", "set({0})", "print({0}, file={b})", "type('N', ({0},), {{'{1}': {b}}})", "type({0})({a})", "dataclasses.asdict({0})", "copy.deepcopy({0})", "copy.copy({0})",
    "isinstance({b}, {0})", "issubclass({0}, {b})", "next({0})", "iter({0}, {b})", "{0}.send({b})", "{0}.throw({b})", "asyncio.gather({0}, {b})", "list(zip({0}, {b}))", "sum({0}, {b})", "pprint.pformat({0})",
    "fail({0})", "box({0})", "contextlib.contextmanager({0})", "property({0}).fget({b})", "staticmethod({0})", "classmethod({0})", "super({0}, {b})", "enum.Enum('Q', {0})", "collections.namedtuple('Q', {0})", "typing.Optional[{0}]",
    "typing.get_type_hints({0})", "dataclasses.make_dataclass('Q', {l})", "itertools.starmap({0}, [{l}])", "itertools.groupby({l}, {0})", "heapq.nsmallest(2, {l}, key={0})", "bisect.bisect({l}, {b}, key={0})", "statistics.mean({l})",
    "logging.error({0}, {b})", "warnings.warn({0})", "csv.writer({0}).writerow({l})", "io.StringIO({b}).write({0})", "difflib.unified_diff({l}, {l})", "string.Formatter().vformat('{{0.{1}}}', [{0}], {{}})", "traceback.format_exception({0})",
    "exec('found.append({0}.{1})')", "compile('1', '', 'eval')", "eval({0}, {b})", "types.MethodType({0}, {b})", "types.new_class('N', ({0},))", "types.DynamicClassAttribute({0})", "types.coroutine({0})", "memoryview({0})", "object.{1}({0})",
)  # fmt: skip

_OPERATORS = (
    "{0} + {b}", "{b} + {0}", "{0} % {b}", "{b} % {0}", "{0} | {b}", "{b} | {0}", "{0} == {b}", "{b} == {0}", "{0} < {b}", "{0} in {l}", "{b} in {0}", "{0}[{b}]", "{0}[{b}:{b}]", "{0} @ {b}", "-{0}", "not {0}",
    "{0} * {b}", "'%s %r' % ({0}, {b})", "f'{{{0}:{{{b}}}}}'", "f'{{{0}!r:>10}}'", "[*{0}]", "{{**{0}}}", "({0} if {b} else {0})", "{0} and {b}", "(lambda *a, **k: note(*a, *k.values()))(*{0})", "{0} is {b}",
)  # fmt: skip

_STATEMENTS = (
    "for {v} in {0}: break", "with {0} as {v}: note({v})", "raise {0}", "raise {0} from {b}", "{0}.{1} = {b}", "{0}[{b}] = {b}", "del {0}.{1}", "del {0}['{1}']", "setattr({0}, '{1}', {b})", "delattr({0}, '{1}')", "{0} += {b}",
    "vars({0}).update({1}={b})", "{0}.__dict__['{1}'] = {b}", "{v}, *_ = {0}", "async with {0} as {v}: note({v})", "async for {v} in {0}: break", "{v} = await {0}", "{v} = [x async for x in {0}]", "{0}.{1}.append({b})",
    "match {0}:\n        case object({1}={v}): note({v})", "match {0}:\n        case {{'{1}': {v}}}: note({v})", "match {0}:\n        case [{v}, *_]: note({v})", "match {0}:\n        case {c}({v}): note({v})",
    "class {v}({0}): {1} = note", "class {v}({0}):\n        def {1}(self, *a, **k): return note(self, *a, *k.values())", "@{0}\n    class {v}: {1} = {b}", "@{0}\n    def {v}(*a, **k): return note(*a, *k.values())", "class {v}(metaclass={0}): pass",
    "try: {0}({b})\n    except {c} as {v}: note({v}, {v}.args)", "try: {0}.{1}\n    except Exception as {v}: note(*[getattr({v}, n, None) for n in ('obj', 'name', 'args', 'value', 'object', 'add_note', '{1}')])", "global {v}\n    {v} = {0}",
)  # fmt: skip


_MOST_TRIES = 4


class Chains:
    """Writes such programs.

    Args:
        values: Expressions of what is there, with the names that each can be asked for.
        hostile: Names that must be refused.
    """

    def __init__(self, values: Mapping[str, Sequence[str]], hostile: Sequence[str]) -> None:
        self._values = {text: list(names) for text, names in values.items()}
        self._texts = list(values)
        self._all = sorted({name for names in values.values() for name in names})
        self._hostile = list(hostile)

    def write(self, rng: random.Random) -> str:
        """Writes a program; what it gets is kept in `found` and in names that begin with `v`."""
        lines = [_PRELUDE, "class T(str): pass"]
        made: list[str] = []
        for number in range(rng.randint(1, 3)):
            others = [f"Spy{n}" for n in range(number)]
            lines += self._accepted(lambda number=number, others=others: self._spy(rng, f"Spy{number}", others))  # type: ignore[misc]  # the loop's own
            made.append(f"Spy{number}()")
        is_async = rng.random() < 0.2  # noqa: PLR2004  # a few: they take longer
        for number in range(rng.randint(4, 12)):
            lines += self._accepted(lambda number=number: self._attempt(rng, f"v{number}", made, is_async=is_async))  # type: ignore[misc]  # as above
            made.append(f"v{number}")
        return "\n".join(lines)

    @staticmethod
    def _accepted(write: Callable[[], list[str]]) -> list[str]:
        """Writes until the compiler takes it: what is refused before it runs shows nothing."""
        for _ in range(_MOST_TRIES):
            lines = write()
            try:
                compile_action("\n".join(lines), "action 1")
            except ActionSyntaxError:
                continue
            return lines
        return []

    def _attempt(self, rng: random.Random, name: str, made: list[str], *, is_async: bool) -> list[str]:
        line = self._statement(rng, name, made)
        if ("await" in line or "async" in line) and not is_async:
            line = f"{name} = {self._filled(rng, rng.choice(_CALLS), name, made)}"
        return ["try:", f"    {name} = None", f"    {line}", "except Exception as error: found.append(error)"]

    def _spy(self, rng: random.Random, name: str, others: list[str]) -> list[str]:
        base = rng.choice([*_BASES, *_BASES[:1] * 9, *others])
        lines = [f"class {name}({base}):", "    n = 1"]
        results = (
            "None",
            "True",
            "1",
            "'a'",
            "[1]",
            "self",
            "NotImplemented",
            "iter([1])",
            "a",
            "found",
            "note",
            "super()",
            "0",
            self._value(rng, []),
        )
        for special in rng.sample(_SPECIALS, rng.randint(2, 8)):
            part = [
                f"    def {special}(self, *a, **k):",
                "        note(*a, *k.values())",
                f"        return {rng.choice(results)}",
            ]
            if self._accepted(lambda part=part: [f"class {name}:", *part]):  # type: ignore[misc]  # the loop's own
                lines += part
        return [
            "try:",
            *(f"    {line}" for line in lines),
            f"    {name}()",
            "except Exception as error:",
            "    found.append(error)",
            f"    {name} = note",
        ]

    def _statement(self, rng: random.Random, name: str, made: list[str]) -> str:
        kind = rng.randrange(8)
        if kind < 5:  # noqa: PLR2004  # most give a value
            table = (_READS, _READS, _CALLS, _CALLS, _OPERATORS)[kind]
            return f"{name} = {self._filled(rng, rng.choice(table), name, made)}"
        if kind == 5:  # noqa: PLR2004  # one of eight
            return f"{name} = note({self._filled(rng, rng.choice(_CALLS), name, made)})"
        return self._filled(rng, rng.choice(_STATEMENTS), name, made)

    def _filled(self, rng: random.Random, template: str, name: str, made: list[str]) -> str:
        value = self._value(rng, made)
        arguments = [self._value(rng, made) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
        return template.format(
            value, self._name(rng, value), self._name(rng, ""), a=", ".join(arguments), b=self._value(rng, made), l=f"[{self._value(rng, made)}, {self._value(rng, made)}]",
            c=rng.choice(("Exception", "AttributeError", "TypeError", "str", "dict", "Spy0", "BaseException", "int")), v=name,
        )  # fmt: skip

    def _value(self, rng: random.Random, made: list[str]) -> str:
        if made and rng.random() < 0.5:  # noqa: PLR2004  # half of them
            return rng.choice(made)
        if rng.random() < 0.15:  # noqa: PLR2004  # now and then
            return rng.choice(
                (
                    "1",
                    "'a'",
                    "None",
                    "[]",
                    "{}",
                    "(1, 2)",
                    "b'a'",
                    "lambda *a: note(*a)",
                    "note",
                    "found",
                    "(x for x in found)",
                    "Ellipsis",
                    "'{0.__class__}'",
                    "T('a')",
                    "type",
                    "0.5",
                )
            )
        return rng.choice(self._texts)

    def _name(self, rng: random.Random, value: str) -> str:
        share = rng.random()
        if share < 0.15:  # noqa: PLR2004  # now and then
            return rng.choice(self._hostile)
        names = self._values.get(value, ())
        return rng.choice(names) if names and share < 0.8 else rng.choice(self._all)  # noqa: PLR2004  # mostly what it has

"""What the language of actions holds: tables, with the reason on the line.

The compiler refuses by these tables, the guards decide by them, and the prompt's sentences are written from them, so
the three cannot drift. What stands in no table is refused.
"""

from __future__ import annotations

import ast

from RestrictedPython.transformer import INSPECT_ATTRIBUTES

AWAIT_IT = "write `await` before the call"
"""Of a coroutine that nobody awaits."""

PLAIN_NODES: frozenset[type[ast.AST]] = frozenset({
    # Expressions whose meaning is that of their parts, or which have a rule of their own.
    ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp, ast.Dict, ast.Set, ast.List, ast.Tuple, ast.Compare, ast.Call,
    ast.keyword, ast.FormattedValue, ast.JoinedStr, ast.Constant, ast.Subscript, ast.Slice, ast.Starred,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension,
    ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await,
    # Statements.
    ast.Assign, ast.AugAssign, ast.Delete, ast.Raise, ast.Assert, ast.Pass, ast.Break, ast.Continue,
    ast.Return, ast.Expr, ast.If, ast.For, ast.AsyncFor, ast.While, ast.withitem, ast.Module,
    # Patterns.
    ast.Match, ast.match_case, ast.MatchValue, ast.MatchSingleton, ast.MatchSequence, ast.MatchOr,
    # Operators and contexts.
    ast.And, ast.Or, ast.Not, ast.Invert, ast.UAdd, ast.USub, ast.Add, ast.Sub, ast.Mult, ast.MatMult, ast.Div,
    ast.Mod, ast.Pow, ast.LShift, ast.RShift, ast.BitOr, ast.BitXor, ast.BitAnd, ast.FloorDiv,
    ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn,
    ast.Load, ast.Store, ast.Del,
})  # fmt: skip
"""Nodes that need no rule of their own."""

REFUSED_NODES: dict[str, str] = {
    # By name: some exist only in newer grammars.
    "TryStar": "`except*` is not available: catch the group's exceptions one by one with `except`",
    "TemplateStr": "t-strings are not available: use an f-string",
    "Interpolation": "t-strings are not available: use an f-string",
}
"""Nodes that were looked at and are refused, with what to write instead."""

HIDDEN_ATTRIBUTES: frozenset[str] = INSPECT_ATTRIBUTES | {
    # Ways from an inert object to the interpreter's machinery.
    "mro",  # class -> object -> all classes
    "get_coro", "get_stack", "print_stack", "get_loop", "get_context",  # asyncio.Task -> frames, loop
    # Of an event loop, should an object of asyncio ever give its loop away.
    "call_soon", "call_soon_threadsafe", "call_later", "call_at", "call_exception_handler", "run_in_executor",
    "run_forever", "run_until_complete", "subprocess_exec", "subprocess_shell", "create_connection", "create_server",
    "create_unix_connection", "create_unix_server", "create_datagram_endpoint", "connect_read_pipe",
    "connect_write_pipe", "connect_accepted_socket", "add_reader", "add_writer", "add_signal_handler",
    "set_default_executor", "set_exception_handler", "set_task_factory", "sock_connect", "sock_accept", "sock_sendall",
    "sendfile", "start_tls",
    "_asyncio_future_blocking",  # makes any object a future, which asyncio trusts with its context
    "expandf", "subf", "subfn",  # of patterns: a second str.format
    "buffer_info",  # an address
    "get_name_and_ns", "func_globals", "func_code", "im_func", "im_self", "__roles__",
}  # fmt: skip
"""Public-looking attribute names that lead to frames, code or host objects on some type: refused on every object."""

CHECKED_ATTRIBUTES: frozenset[str] = frozenset({
    "format", "format_map",  # on text: a mini-language that reads attributes; replaced by one under the policy
    "obj",  # on exceptions: an object of whoever raised it
    "re",  # on a match: a pattern without the time limit
    "register",  # on abstract classes of the host: changes what `isinstance` says in the whole process
    "seek",  # on text and bytes in memory: what is written behind the end fills what is before
    "groupindex",  # on patterns of the library: the pattern's own dict, behind a proxy
    "close",  # on generators: what they raise is raised, unlike where they are dropped
    "asend", "athrow", "aclose",  # on asynchronous generators: Python reports what is never awaited
    "elements",  # on Counter: C code goes through it for as long as its counts say
    "strptime",  # on datetime: fills a cache of the whole process
    "strftime",  # on dates: a format of any length
    "from_file", "no_cache", "clear_cache",  # on zones: beside a cache of the whole process, or with it
    "readlines",  # on text and bytes in memory: C code makes as many as there are
    "from_bytes",  # on int: makes a number of any size
    "ljust", "rjust", "center", "zfill", "expandtabs", "join", "replace", "translate", "split", "rsplit", "splitlines",
    "encode", "decode", "extend", "update", "copy", "hex", "to_bytes", "tolist", "tobytes",  # on text and containers: ask for any amount of memory
})  # fmt: skip
"""Attribute names whose danger depends on the object: they go through a guard when the program runs."""

SIZED_METHODS: frozenset[str] = frozenset({
    "ljust", "rjust", "center", "zfill", "expandtabs", "join", "replace", "translate", "split", "rsplit", "splitlines",
    "encode", "decode", "extend", "update", "copy", "hex", "to_bytes", "tolist", "tobytes",
})  # fmt: skip
"""Those of the checked attributes that ask for memory: a call of one goes straight to its guard."""

SIZED_BUILTINS: dict[str, str] = {
    **dict.fromkeys(("list", "tuple", "sorted"), "@whole"),
    **dict.fromkeys(("set", "frozenset"), "@members"),
    "dict": "@pairs",
    **dict.fromkeys(("bytes", "bytearray"), "@zeros"),
    "str": "@shown",
    **dict.fromkeys(("repr", "ascii"), "@quoted"),
}
"""Builtins that make something as large as what they are given, with the guard that looks at that."""

OWN_METHODS: frozenset[str] = frozenset(
    [
        "__init__",
        "__post_init__",
        "__repr__",
        "__str__",
        "__format__",
        "__bytes__",
        "__bool__",
        "__hash__",
        "__len__",
        "__length_hint__",
        "__eq__",
        "__ne__",
        "__lt__",
        "__le__",
        "__gt__",
        "__ge__",
        "__iter__",
        "__next__",
        "__reversed__",
        "__contains__",
        "__getitem__",
        "__setitem__",
        "__delitem__",
        "__missing__",
        "__call__",
        "__enter__",
        "__exit__",
        "__aenter__",
        "__aexit__",
        "__aiter__",
        "__anext__",
        "__await__",
        "__add__",
        "__radd__",
        "__iadd__",
        "__sub__",
        "__rsub__",
        "__isub__",
        "__mul__",
        "__rmul__",
        "__imul__",
        "__matmul__",
        "__rmatmul__",
        "__imatmul__",
        "__truediv__",
        "__rtruediv__",
        "__itruediv__",
        "__floordiv__",
        "__rfloordiv__",
        "__ifloordiv__",
        "__mod__",
        "__rmod__",
        "__imod__",
        "__divmod__",
        "__rdivmod__",
        "__pow__",
        "__rpow__",
        "__ipow__",
        "__lshift__",
        "__rlshift__",
        "__ilshift__",
        "__rshift__",
        "__rrshift__",
        "__irshift__",
        "__and__",
        "__rand__",
        "__iand__",
        "__or__",
        "__ror__",
        "__ior__",
        "__xor__",
        "__rxor__",
        "__ixor__",
        "__neg__",
        "__pos__",
        "__abs__",
        "__invert__",
        "__int__",
        "__float__",
        "__complex__",
        "__index__",
        "__round__",
        "__trunc__",
        "__floor__",
        "__ceil__",
        "__copy__",
        "__deepcopy__",
    ]
)
"""Special methods that own classes may define, and that may be called by name on own objects and `super()`."""

OWN_CLASS_NAMES: frozenset[str] = OWN_METHODS | {"__slots__", "__match_args__", "__doc__"}
"""Special names that may be assigned in a class body."""

READABLE_SPECIALS: dict[str, str] = {
    "__name__": "text of a function's, class's or tool's name",
    "__qualname__": "as `__name__`",
    "__doc__": "text",
    "__class__": "as `type(x)`",
    "__dict__": "of own objects: the attributes; of records: a copy of the fields",
    "__annotations__": "of own functions and classes: a copy",
    "__members__": "of an enum: its members",
    "__cause__": "of an exception: the exception it was raised from",
    "__context__": "of an exception: the one being handled",
    "__notes__": "of an exception: a copy",
    "__wrapped__": "of own functions",
    "__setattr__": "of `object` and `super()`: sets an attribute of an own object",
    "__delattr__": "of `object` and `super()`: as `__setattr__`",
    "__dataclass_fields__": "of own dataclasses: a copy",
}
"""Special attributes that may be read, each through a guard, with what they give."""

READABLE_PRIVATE: frozenset[str] = frozenset({
    "_asdict", "_replace", "_fields", "_make",  # named tuples
    "_value_", "_name_",  # enum members
    "_missing_", "_generate_next_value_",  # of enums: what their own versions go on with
})  # fmt: skip
"""Attribute names with one leading underscore that may be read on objects that are not the program's own."""

RESERVED_NAMES: frozenset[str] = frozenset({
    "_getattr_", "_getitem_", "_getiter_", "_write_", "_apply_", "_inplacevar_", "_print_", "_print",
    "_unpack_sequence_", "_iter_unpack_sequence_", "__metaclass__", "__builtins__",
    "_asyncio_future_blocking",  # as in HIDDEN_ATTRIBUTES
})  # fmt: skip
"""Names of RestrictedPython's guards. Ours have other names; these stay refused, so that code which tries to replace
a guard is told so instead of going on."""

NOT_IN_CLASSES: dict[str, str] = {
    "__del__": "nothing runs when an object is freed: use a `with` block, or call a method when you are done",
    "__new__": "use __init__, or a function that makes the object",
    "__init_subclass__": "use a class decorator, or a dict of classes",
    "__class_getitem__": "inherit from typing.Generic, or use a function",
    "__set_name__": "use a property, or give the name as an argument",
    "__get__": "use a property",
    "__set__": "use a property with a setter",
    "__delete__": "use a property with a deleter",
    "__getattr__": "use __getitem__, or a method that takes the name",
    "__setattr__": "use a property with a setter, or @dataclass(frozen=True)",
    "__delattr__": "use a property with a deleter",
    "__dir__": "use a method of another name",
    "__getattribute__": "use a property, or a method that takes the name",
    "__prepare__": "own metaclasses are not available: use a class decorator",
    "__instancecheck__": "own metaclasses are not available: use an ABC or a function",
    "__subclasscheck__": "own metaclasses are not available: use an ABC or a function",
    "__reduce__": "define __copy__ or __deepcopy__",
    "__reduce_ex__": "define __copy__ or __deepcopy__",
    "__class__": "give the class a method or an attribute of another name",
}
"""Special names that models define and that own classes cannot have, with what to write instead."""

GLOBAL_NAMES: frozenset[str] = frozenset({"__name__", "__class__"})
"""Special names that may be read as variables; `__class__` is the own class, inside its methods, and no name elsewhere."""

HINTS: dict[str, str] = {
    "open": "files are not reachable from code: use a tool that reads or writes files, or io.StringIO for text in memory",
    "input": "nobody can type an answer while code runs: end the run with your question as the reply, or work with what you have",
    "compile": "write the code directly; eval(text) and exec(text) run text under the same rules",
    "breakpoint": "use print() to look at values",
    "memoryview": "use bytes or a slice",
    "ExceptionGroup": "raise and catch exceptions one by one",
    "BaseExceptionGroup": "raise and catch exceptions one by one",
    "__file__": "code runs from a conversation, not from a file",
    "__import__": "write an import statement",
}
"""Builtins that are not there, with what to use instead."""

UNDEFINED: frozenset[str] = frozenset({"ExceptionGroup", "BaseExceptionGroup"})
"""Those of them that are no names at all; the others are functions that say so."""

IMPORTED_OFTEN: frozenset[str] = frozenset({
    "asyncio", "collections", "copy", "csv", "datetime", "functools", "itertools", "json", "math", "random", "re",
    "statistics", "string", "time",
})  # fmt: skip
"""Modules that are used without an import by mistake."""

MODULE_HINTS: dict[str, str] = {
    "os": "files and processes are reachable only through tools; environment variables are not readable",
    "posixpath": "use os.path",
    "ntpath": "use os.path",
    "sys": "only what text processing needs is there: sys.stderr, sys.maxsize, sys.version_info",
    "subprocess": "processes are not reachable: use a tool",
    "pathlib": "use text paths, os.path, and a tool that reads files",
    "shutil": "use a tool that works on files",
    "glob": "use a tool that lists files",
    "requests": "use a tool that makes requests",
    "httpx": "use a tool that makes requests",
    "urllib.request": "use a tool that makes requests",
    "socket": "use a tool that makes requests",
    "pickle": "use json",
    "threading": "use asyncio.gather with async tools, or a plain loop",
    "multiprocessing": "use asyncio.gather with async tools, or a plain loop",
    "concurrent.futures": "use asyncio.gather with async tools, or a plain loop",
    "pandas": "use lists, dicts, collections and statistics, or a tool that works on tables",
    "numpy": "use lists, math and statistics",
    "sqlite3": "use a tool that queries databases",
    "builtins": "the builtins are already there",
    "inspect": "use help(tool)",
    "importlib": "write an import statement",
    "ctypes": "use struct",
    "typing_extensions": "use typing",
    "queue": "use collections.deque, or asyncio.Queue in async code",
    "weakref": "use a dict",
    "unittest": "use assert",
    "doctest": "use assert",
    "pytest": "use assert",
    "argparse": "write the values into the code",
    "getpass": "nobody can type while code runs",
    "tempfile": "keep data in variables, or io.StringIO for text in memory",
    "platform": "the machine is not reachable from code",
    "gc": "memory is managed by itself",
    "locale": "use format specifications such as f'{x:,.2f}'",
    "gettext": "write the text directly",
    "codecs": "use str.encode and bytes.decode",
    "shlex": "use str.split",
    "xml": "use a tool, or re for small pieces",
    "bs4": "use a tool, or re for small pieces",
    "yaml": "use json",
    "sympy": "use fractions, decimal and math",
    "scipy": "use math and statistics",
    "matplotlib": "print a table: nothing can be drawn",
    "sklearn": "use lists, math and statistics",
    "dis": "code objects are not reachable",
    "sched": "use asyncio.sleep",
    "signal": "an action stops by itself",
    "atexit": "an action ends by itself",
}
"""Modules that models ask for and that are not there, with what to use instead."""

MEMBER_HINTS: dict[str, str] = {
    "functools.singledispatchmethod": "use singledispatch on a function, or match",
    "string.Formatter": "use str.format or an f-string",
    "sys.stdin": "nobody can type while code runs",
    "sys.modules": "write an import statement",
    "sys.path": "write an import statement",
    "sys.settrace": "use print() to look at values",
    "sys.set_int_max_str_digits": "the setting is the whole process's: work with n % 10**k, or math.log10",
    "typing.get_type_hints": "use function.__annotations__",
    "ast.parse": "eval(text) and exec(text) run text under the rules of actions",
    "types.new_class": "use a class statement, or type(name, bases, body)",
    "types.CodeType": "code objects are not reachable",
    "timeit.timeit": "take time.perf_counter() before and after",
    "re.Scanner": "use re.finditer",
    "io.TextIOWrapper": "use io.StringIO",
    "io.open": "use a tool that reads or writes files",
    "csv.Sniffer": "give the delimiter to csv.reader",
    "asyncio.get_event_loop": "write `await` at the top level, or asyncio.run(main())",
    "asyncio.new_event_loop": "write `await` at the top level, or asyncio.run(main())",
    "asyncio.get_running_loop": "write `await` at the top level, or asyncio.run(main())",
    "time.sleep_until": "use time.sleep",
}
"""Members that models ask for and that are not there, with what to use instead."""

MAX_SOURCE_CHARS = 200_000
"""Longest action. Models write at most a few thousand characters; parsing time grows with size."""

MAX_DEPTH = 200
"""Deepest nesting of syntax nodes: CPython's compiler recurses on the native stack. A sum of many parts nests as deep as it
has parts, and a condition as it has branches."""

MAX_COMPREHENSION_DEPTH = 8
"""Deepest nesting of comprehensions: 50 crash `compile` on CPython 3.12 and 3.13."""


def rules() -> tuple[str, ...]:
    """Gives the sentences about the language that a system prompt should hold."""
    missing = ", ".join(f"{name}()" for name in HINTS if name not in UNDEFINED and not name.startswith("__"))
    return (
        f"There is no {missing}, and no access to files, processes, the network or the environment except through tools.",
        "Names of the form `__x__` can be neither read nor set, except for special methods of own classes, and `__name__`, `__doc__`, `__dict__`.",
        *(text[0].upper() + text[1:] + "." for text in sorted(set(REFUSED_NODES.values()))),
    )

"""The peers, each as its users run it. An adapter runs in the peer's own environment: see `make bench-peers`."""

from __future__ import annotations

import builtins
import contextlib
import io
import operator
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from bench.engines import Engine, Rendered, Session
from bench.workloads import Tools

_IN_PROCESS = frozenset({"throughput", "latency", "toolcalls", "startup", "memory", "concurrency"})
_INPLACE: dict[str, Callable[[Any, Any], Any]] = {
    "+=": operator.iadd,
    "-=": operator.isub,
    "*=": operator.imul,
    "^=": operator.ixor,
    "|=": operator.ior,
}
_BUILTINS = (
    *("list", "dict", "set", "frozenset", "tuple", "sorted", "enumerate", "sum", "min", "max", "any", "all", "zip"),
    *("map", "filter", "reversed", "iter", "next"),
)


def _in_place(symbol: str, target: Any, value: Any) -> Any:
    return _INPLACE[symbol](target, value)


def _no_class_guard(name: str, bases: tuple[type, ...], members: dict[str, Any], **_: object) -> type:
    return type(name, bases, {**members, "_guarded_writes": True})


def _restricted_names(tools: Tools, printed: list[str]) -> dict[str, Any]:
    guards = import_module("RestrictedPython.Guards")
    evaluation = import_module("RestrictedPython.Eval")

    class Printer:
        def __init__(self, _: object = None) -> None:
            pass

        def _call_print(self, *objects: object, sep: str = " ", end: str = "\n") -> None:
            printed.append(sep.join(map(str, objects)) + end)

    def import_json(name: str, *_: object) -> object:
        if name != "json":
            raise ImportError(name)
        return import_module("json")

    more = {name: getattr(builtins, name) for name in _BUILTINS}
    return {
        "__builtins__": {**guards.safe_builtins, **more, "__import__": import_json},
        "__name__": "action",
        "__metaclass__": _no_class_guard,
        "_getattr_": guards.safer_getattr,
        "_write_": guards.full_write_guard,
        "_iter_unpack_sequence_": guards.guarded_iter_unpack_sequence,
        "_unpack_sequence_": guards.guarded_unpack_sequence,
        "_getitem_": evaluation.default_guarded_getitem,
        "_getiter_": evaluation.default_guarded_getiter,
        "_inplacevar_": _in_place,
        "_print_": Printer,
        **tools,
    }


def _open_restricted(tools: Tools) -> Session:
    compile_action = import_module("RestrictedPython").compile_restricted_exec
    printed: list[str] = []
    namespace = _restricted_names(tools, printed)

    def run(code: str) -> str:
        printed.clear()
        compiled = compile_action(code, "<action>")
        if compiled.errors:
            raise SyntaxError("; ".join(compiled.errors))
        exec(compiled.code, namespace)  # noqa: S102  # what the measurement is about
        return "".join(printed)

    return Session(run)


def _open_smolagents(tools: Tools, *, seconds: float | None = 30.0) -> Session:
    make = import_module("smolagents.local_python_executor").LocalPythonExecutor
    executor = make(["json"], timeout_seconds=seconds)
    executor.send_tools(dict(tools))
    return Session(lambda code: str(executor(code).logs))


def _render_smolagents(functions: Sequence[Callable[..., object]]) -> Rendered:
    smolagents = import_module("smolagents")
    tools = [smolagents.tool(function) for function in functions]
    model = smolagents.Model(model_id="none")
    return tools, smolagents.CodeAgent(tools=tools, model=model).initialize_system_prompt()


def _open_monty(tools: Tools, **limits: float) -> Session:
    monty = import_module("pydantic_monty")
    with contextlib.ExitStack() as stack:
        pool = stack.enter_context(monty.Monty(max_processes=1))
        session = stack.enter_context(pool.checkout(limits={"max_suspensions": 10**9, **limits}))
        close = stack.pop_all().close

    def run(code: str) -> str:
        printed = monty.CollectString()
        session.feed_run(code, external_lookup=dict(tools), print_callback=printed)
        return str(printed.output)

    return Session(run, close)


def _open_asteval(tools: Tools) -> Session:
    written = io.StringIO()
    make = import_module("asteval").Interpreter
    interpreter = make(user_symbols=dict(tools), writer=written, config={"import": True}, use_numpy=False)

    def run(code: str) -> str:
        written.seek(0)
        written.truncate()
        interpreter.eval(code, raise_errors=True)
        return written.getvalue()

    return Session(run)


def _open_langgraph_codeact(tools: Tools) -> Session:
    """It leaves running the code to its user; its guide runs it by `exec` with the builtins as globals."""
    import_module("langgraph_codeact")
    names: dict[str, object] = {}

    def run(code: str) -> str:
        printed = io.StringIO()
        seen = {**names, **tools}
        with contextlib.redirect_stdout(printed):
            exec(code, vars(builtins), seen)  # noqa: S102  # as above
        names.update({name: value for name, value in seen.items() if name not in tools})
        return printed.getvalue()

    return Session(run)


def _render_langgraph_codeact(functions: Sequence[Callable[..., object]]) -> Rendered:
    warnings.simplefilter("ignore")
    make_tool = import_module("langchain_core.tools").tool
    tools = [make_tool(function) for function in functions]
    return tools, import_module("langgraph_codeact").create_default_prompt(tools)


def _open_jupyter(tools: Tools) -> Session:
    """A kernel of its own; tools are imported within it, since it cannot call its host."""
    manager = import_module("jupyter_client.manager").KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)

    def run(code: str) -> str:
        sent = client.execute(code)
        printed = []
        while True:
            message = client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") != sent:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "stream":
                printed.append(content["text"])
            elif kind == "error":
                raise RuntimeError(f"{content['ename']}: {content['evalue']}")
            elif kind == "status" and content["execution_state"] == "idle":
                client.get_shell_msg(timeout=60)
                return "".join(printed)

    def close() -> None:
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    run("".join(f"from {tool.__module__} import {tool.__name__} as {name}\n" for name, tool in tools.items()))
    return Session(run, close)


def _ready(opening: str) -> str:
    return f"from bench.peers import {opening} as begin\nsession = begin({{}})\nsession.run('1')\nsession.close()"


PEERS = {
    peer.name: peer
    for peer in (
        Engine(
            name="restrictedpython",
            distribution="RestrictedPython",
            open=_open_restricted,
            duties=_IN_PROCESS,
            imports="import RestrictedPython",
            ready=_ready("_open_restricted"),
        ),
        Engine(
            name="monty",
            distribution="pydantic-monty",
            open=_open_monty,
            duties=_IN_PROCESS | {"limits"},
            imports="import pydantic_monty",
            ready=_ready("_open_monty"),
            external=True,
            scale=0.5,
            actions=600,
            sessions=50,
            limited=lambda seconds: _open_monty({}, max_feed_duration_secs=seconds, max_total_sleep_secs=seconds),
        ),
        Engine(
            name="smolagents",
            distribution="smolagents",
            open=_open_smolagents,
            duties=_IN_PROCESS | {"limits", "tool_scale"},
            imports="import smolagents",
            ready=_ready("_open_smolagents"),
            scale=0.02,
            actions=300,
            sessions=300,
            limited=lambda seconds: _open_smolagents({}, seconds=seconds),
            render=_render_smolagents,
        ),
        Engine(
            name="asteval",
            distribution="asteval",
            open=_open_asteval,
            duties=_IN_PROCESS,
            imports="import asteval",
            ready=_ready("_open_asteval"),
            scale=0.05,
            actions=300,
            sessions=300,
        ),
        Engine(
            name="langgraph-codeact",
            distribution="langgraph-codeact",
            open=_open_langgraph_codeact,
            duties=(_IN_PROCESS | {"tool_scale"}) - {"concurrency"},  # it redirects stdout for the whole process
            imports="import langgraph_codeact",
            ready=_ready("_open_langgraph_codeact"),
            render=_render_langgraph_codeact,
        ),
        Engine(
            name="jupyter",
            distribution="ipykernel",
            open=_open_jupyter,
            duties=frozenset({"throughput", "latency", "startup", "memory"}),
            imports="import jupyter_client.manager",
            ready=_ready("_open_jupyter"),
            external=True,
            actions=200,
            sessions=3,
        ),
    )
}
"""By name, in the order of the table."""

REQUIREMENTS = {
    "restrictedpython": ("RestrictedPython",),
    "monty": ("pydantic-monty",),
    "smolagents": ("smolagents",),
    "asteval": ("asteval",),
    "langgraph-codeact": ("langgraph-codeact",),
    "jupyter": ("jupyter_client", "ipykernel"),
}
"""What `make bench-peers` installs for each, in an environment of its own."""

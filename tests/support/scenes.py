"""Runs made by hand, for what shows runs."""

from __future__ import annotations

from codeact_sdk.events import (
    ActionFound,
    CallFinished,
    CallStarted,
    Event,
    ModelReplied,
    ModelText,
    Noted,
    Observed,
    RunFinished,
    RunStarted,
)
from codeact_sdk.messages import Reply, Usage
from codeact_sdk.observations import CodeError, Display, Observation, ToolCall
from codeact_sdk.values import make_record

HOSTILE = "\x1b]0;pwned\x07\x1b[2J\x1b[31m[bold red]:skull:[/] \u202egnp.exe\u2066 \x9b5n \x7f\ud800\r over\x00"
"""A title change, a cleared screen, colours, rich markup, turned text, a device query, a surrogate, an overwrite."""

START = RunStarted(
    at=0.0,
    run_id="r1",
    task="Refund every order of C-1042 that never shipped",
    model="scripted",
    sdk="0.1.0",
    packs=("acme (codeact-acme 1.0)",),
)
END = RunFinished(
    at=9.0,
    status="answered",
    answer="Refunded 9 orders, 112.50 € in total.",
    steps=3,
    usage=Usage(input_tokens=4210, output_tokens=321, cached_tokens=2000),
    seconds=3.21,
)


def call(step: int, n: int, tool: str, arguments: dict[str, object], **rest: object) -> list[Event]:
    """A call that starts and finishes."""
    finished = ToolCall(n=n, tool=tool, arguments=arguments, started=1.0, **{"seconds": 0.012, **rest})
    return [
        CallStarted(at=1.0, step=step, n=n, tool=tool, arguments=arguments),
        CallFinished(at=1.0, step=step, call=finished),
    ]


def refunds() -> list[Event]:
    """A run with an error the model repairs, a loop of calls of which one fails, a note and an answer."""
    order = make_record("Order", {"id": "A-7", "total": 12.5, "status": "paid"})
    first = "orders = acme.orders('C-1042')\nfor order in orders:\n    print(order.id, order.totl)\n"
    second = "for order in orders:\n    acme.refund(order.id, order.total)\nlen(orders)"
    error = CodeError(
        type="AttributeError",
        message="Order has no field 'totl'; its fields are id, total, status",
        line=3,
        column=20,
        source="    print(order.id, order.totl)",
        hint="did you mean 'total'?",
    )
    refund = {"effect": "destructive", "result": "refunded", "seconds": 0.2}
    failed = {"effect": "destructive", "error": "ToolError: already refunded\nask Acme"}
    return [
        START,
        ModelText(at=0.5, step=1, text="I list"),
        ModelReplied(at=1.0, step=1, reply=Reply(text="I list the orders."), seconds=1.0),
        ActionFound(at=1.0, step=1, thought="I list the orders.\nThen I refund.", code=first),
        *call(1, 1, "acme.orders", {"customer": "C-1042"}, result=[order] * 9),
        Observed(at=2.0, step=1, text="", observation=Observation(status="error", stdout="A-7\n", error=error)),
        ActionFound(at=3.0, step=2, thought="", code=second),
        *(
            event
            for n in range(9)
            for event in call(2, n + 2, "acme.refund", {"order_id": f"A-{n}", "amount": 12.5}, **refund)
        ),
        *call(2, 11, "acme.refund", {"order_id": "A-7", "amount": 12.5}, **failed),
        Observed(at=4.0, step=2, text="", observation=Observation(status="ok", stderr="slow\n", value=9)),
        ModelReplied(at=5.0, step=3, reply=Reply(text="…", stop="length"), seconds=1.0),
        Noted(at=5.0, step=3, text="The reply holds no code and no answer."),
        END,
    ]


def hostile_run() -> list[Event]:
    """A run in which every text is an attack on the terminal."""
    text = HOSTILE
    error = CodeError(type=text, message=text, line=1, column=3, source=text, hint=text, traceback=text)
    displays = (Display(mime=text, data=text),)
    observation = Observation(status="error", stdout=text, stderr=text, value=text, error=error, displays=displays)
    arguments: dict[str, object] = {text: text, "record": make_record("R", {text: text})}
    return [
        START.model_copy(update={"task": text, "model": text, "packs": (text,), "run_id": text}),
        ModelText(at=0.5, step=1, text=text),
        ActionFound(at=1.0, step=1, thought=text, code=text),
        *call(1, 1, text, arguments, result=[text]),
        *call(1, 2, text, arguments, error=text),
        *(event for n in range(9) for event in call(1, n, text, arguments, result=text)),
        Observed(at=2.0, step=1, text=text, observation=observation),
        Noted(at=5.0, step=3, text=text),
        END.model_copy(update={"answer": text}),
        END.model_copy(update={"answer": [text] * 100}),
        END.model_copy(update={"status": "error", "reason": text}),
    ]

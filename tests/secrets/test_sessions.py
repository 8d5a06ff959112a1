"""Careless tools in a session: no value reaches model code, observers, run files or logs."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import BaseModel

from codeact_sdk import Agent, Interpreter, ToolContext, ToolError, ToolPack
from codeact_sdk.packs.settings import make_config
from codeact_sdk.runs.write import RunWriter
from codeact_sdk.testing import ScriptedModel

VALUE = "tok-en/3+\"x'\\y"
SHOWN = "[secret ACME_TOKEN]"
KEPT: list[object] = []


class Login(BaseModel):
    """A model."""

    token: str
    n: int = 1


@dataclass
class Pair:
    """A dataclass."""

    a: str
    b: bytes


def make_pack() -> ToolPack:  # noqa: C901  # a row of small tools
    """A pack whose tools give their secret away in every way that a careless author finds."""
    pack = ToolPack("acme", "A shop.", secrets=["ACME_TOKEN", "OTHER"])

    @pack.tool
    def plain(ctx: ToolContext) -> str:
        return ctx.secret("ACME_TOKEN")

    @pack.tool
    def inside(ctx: ToolContext) -> dict[str, list[str]]:
        return {ctx.secret("ACME_TOKEN"): [f"Bearer {ctx.secret('ACME_TOKEN')}", "x"]}

    @pack.tool
    def model(ctx: ToolContext) -> Login:
        return Login(token=ctx.secret("ACME_TOKEN"))

    @pack.tool
    def pair(ctx: ToolContext) -> Pair:
        return Pair(ctx.secret("ACME_TOKEN"), ctx.secret("ACME_TOKEN").encode())

    @pack.tool
    def yielded(ctx: ToolContext) -> list[str]:
        yield ctx.secret("ACME_TOKEN")
        yield "x"

    @pack.tool
    async def later(ctx: ToolContext) -> str:
        await asyncio.sleep(0)
        return ctx.secret("ACME_TOKEN")

    @pack.tool
    def basic(ctx: ToolContext) -> str:
        return "Basic " + base64.b64encode(f"user:{ctx.secret('ACME_TOKEN')}".encode()).decode()

    @pack.tool
    def url(ctx: ToolContext) -> str:
        return f"https://acme.example/?token={quote(ctx.secret('ACME_TOKEN'), safe='')}"

    @pack.tool
    def nested(ctx: ToolContext) -> str:
        return json.dumps({"body": json.dumps({"token": ctx.secret("ACME_TOKEN")})})

    @pack.tool
    def error(ctx: ToolContext) -> str:
        raise ToolError(f"401 for {ctx.secret('ACME_TOKEN')}")

    @pack.tool
    def chain(ctx: ToolContext) -> str:
        try:
            raise KeyError(ctx.secret("ACME_TOKEN"))  # noqa: TRY301  # a chain is wanted
        except KeyError as error:
            raise ValueError(f"failed: {error}") from error

    @pack.tool
    def key_error(ctx: ToolContext) -> str:
        raise KeyError(ctx.secret("ACME_TOKEN"))

    @pack.tool
    def log(ctx: ToolContext) -> int:
        token = ctx.secret("ACME_TOKEN")
        ctx.log.warning("with %s and %r", token, {"t": token})
        ctx.log.error("%(t)s", {"t": token})
        try:
            raise ValueError(token)  # noqa: TRY301  # as above
        except ValueError:
            ctx.log.exception("it failed")
        ctx.log.debug("not written: %s", token)
        return 1

    @pack.tool
    def call(function: object, ctx: ToolContext) -> str:
        return str(function(ctx.secret("ACME_TOKEN"), more=[ctx.secret("ACME_TOKEN")]))

    @pack.tool
    def unread() -> str:
        return f"found in a file: {VALUE}"

    @pack.tool
    def others(ctx: ToolContext) -> str:
        return ctx.secret("PATH")

    @pack.tool
    def take(text: str) -> str:
        KEPT.append(text)
        return text

    return pack


@pytest.fixture
def interp():
    """A session with the secret in its environment."""
    with Interpreter(packs=[make_pack()], environ={"ACME_TOKEN": VALUE, "PATH": "/x"}) as made:
        yield made


def leaks(text: str) -> bool:
    """Whether a text holds the value or an encoding of it."""
    core = base64.b64encode(f"user:{VALUE}".encode()).decode()[8:16]
    return any(form in text for form in (VALUE, quote(VALUE, safe=""), json.dumps(VALUE)[1:-1], core))


TOOLS = (
    "plain",
    "inside",
    "model",
    "pair",
    "yielded",
    "later",
    "basic",
    "url",
    "nested",
    "error",
    "chain",
    "key_error",
    "unread",
)


@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.parametrize("way", ["run", "arun"])
def test_nothing_of_an_observation_holds_the_value(interp, name, way):
    """Output, values, errors and records, in whatever form the tool gives it away."""
    code = f"x = acme.{name}()\nprint(x)\nx"
    obs = interp.run(code) if way == "run" else asyncio.run(interp.arun(code))
    assert not leaks(repr(obs))
    assert SHOWN in repr(obs)
    assert not leaks(repr(dict(interp.variables)))


def test_model_code_has_no_value_to_work_with(interp):
    """It is gone before the program gets it: taking it apart gives the name of the secret."""
    assert interp.run("list(acme.plain())").value == list(SHOWN)
    assert interp.run("acme.plain()[::-1]").value == SHOWN[::-1]
    obs = interp.run("try:\n    acme.error()\nexcept ToolError as e:\n    print(str(e)[::-1], e.args)")
    assert obs.stdout == f"{f'401 for {SHOWN}'[::-1]} ('401 for {SHOWN}',)\n"


def test_a_function_of_the_program_is_called_with_no_value(interp):
    """What a tool hands to a callback is looked at as what it returns."""
    obs = interp.run("got = []\nacme.call(lambda text, more: got.append((text[::-1], more[0][::-1])))\ngot")
    assert obs.value == [(SHOWN[::-1], SHOWN[::-1])]


def test_the_exact_texts(interp):
    """What stands in place of a value."""
    assert interp.run("acme.inside()").value == {SHOWN: [f"Bearer {SHOWN}", "x"]}
    assert interp.run("acme.model().token").value == SHOWN
    assert interp.run("acme.pair().b").value == SHOWN.encode()
    assert interp.run("acme.url()").value == f"https://acme.example/?token={SHOWN}"
    assert interp.run("acme.key_error()").error.message == f"'{SHOWN}'"


def test_logs_hold_no_value(interp, caplog):
    """Neither in the message nor in its arguments nor in the exception; what is not written is not made."""
    with caplog.at_level(logging.INFO, logger="codeact"):
        interp.run("acme.log()")
    assert [record.name for record in caplog.records] == ["codeact.acme"] * 3
    assert not leaks(caplog.text + repr([vars(record) for record in caplog.records]))
    assert f"with {SHOWN} and {{'t': " in caplog.records[0].message
    assert "ValueError" in caplog.records[2].message
    assert caplog.records[0].funcName == "log"


def test_a_wrong_format_of_a_log_stops_no_tool(caplog):
    """As in any other log; what was given is told without values."""
    pack = ToolPack("acme", "A shop.", secrets=["ACME_TOKEN"])

    @pack.tool
    def write(ctx: ToolContext) -> int:
        ctx.log.warning("%d orders", ctx.secret("ACME_TOKEN"))
        ctx.log.warning("%(n)d orders", {"n": 3})
        return 1

    with Interpreter(packs=[pack], environ={"ACME_TOKEN": "tok-123456"}) as interp:
        assert interp.run("acme.write()").value == 1
    assert [record.message for record in caplog.records] == ["%d orders ('[secret ACME_TOKEN]',)", "3 orders"]


ODD = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_messages_are_shortened_when_no_value_is_in_them_any_more():
    """What is left of a path or of a long text could be a part of a value."""
    pack = ToolPack("acme", "A shop.", secrets=["KEY"])

    @pack.tool
    def fail(way: str, ctx: ToolContext) -> int:
        value = ctx.secret("KEY")
        if way == "path":
            Path(f"/nonexistent/{value}").read_text()
        if way == "plain":
            Path(value).read_text()
        if way == "url":
            raise OSError(5, "cannot open", f"https://shop.example/?key={value}")
        raise ToolError("x" * 3_980 + value) if way == "tool" else RuntimeError("x" * 3_980 + value)

    @pack.tool
    def each(fn: Callable[..., object], ctx: ToolContext) -> int:
        fn(**{ctx.secret("KEY"): 1})
        return 1

    with Interpreter(packs=[pack], environ={"KEY": f"{ODD}\n"}) as interp:
        for way in ("path", "plain", "url", "tool", "other"):
            obs = interp.run(
                f"try:\n    acme.fail({way!r})\nexcept Exception as error:\n    print(' '.join(str(error)))"
            )
            assert "b P x R" not in obs.stdout
            assert "w J a l" not in obs.stdout
            assert "s e c r e t" in obs.stdout or len(obs.stdout) > 7_990
        seen = interp.run("acme.each(lambda **names: print(*map(' '.join, names)))").stdout
        assert seen.split() == [*"[secret", *"KEY]"]


def test_a_line_break_at_the_end_of_a_value_hides_nothing():
    """Secrets that are mounted as files end with one, and tools take it away."""
    pack = ToolPack("acme", "A shop.", secrets=["KEY"])

    @pack.tool
    def header(ctx: ToolContext) -> str:
        return f"Bearer {ctx.secret('KEY').strip()}"

    for value in ("plain-token-123\n", " plain-token-123"):
        with Interpreter(packs=[pack], environ={"KEY": value}) as interp:
            assert interp.run("acme.header()").value == "Bearer [secret KEY]"


def test_a_tool_reads_only_what_its_pack_declares(interp):
    """The rest of the environment is not in its context."""
    message = interp.run("acme.others()").error.message
    assert "asks for the secret PATH, which it does not declare (declared: ACME_TOKEN, OTHER)" in message


def test_a_secret_without_a_value_says_every_way_to_set_it():
    """The reader need not look anywhere else."""
    with Interpreter(packs=[make_pack()], environ={}) as interp:
        message = interp.run("acme.plain()").error.message
    for way in (
        "environment variable ACME_TOKEN",
        "into the file .env",
        "keyring set codeact ACME_TOKEN",
        "secrets={...}",
    ):
        assert way in message


def test_observers_and_run_files_hold_no_value(tmp_path: Path):
    """Events of an agent, and the file that they are written to."""
    path = tmp_path / "run.jsonl"
    events = []
    code = "\n".join(f"try:\n    print(acme.{name}())\nexcept Exception as e:\n    print(e)" for name in TOOLS)
    model = ScriptedModel([f"<execute>\n{code}\n</execute>", "Done."])
    with RunWriter(path) as writer:
        agent = Agent(
            model, packs=[make_pack()], observers=[events.append, writer], secrets={"ACME_TOKEN": VALUE}, environ={}
        )
        result = agent.run("x")
    assert len(result.calls) == len(TOOLS)
    assert not leaks(path.read_text() + repr(events) + repr(result) + repr(model.requests))


def test_hooks_that_fail_with_a_value_tell_nothing(interp):
    """Contained faults are redacted as well."""
    interp._faults.add(ValueError(VALUE), pack="acme", what="something")
    assert not leaks(repr(interp.faults))


# -- where values come from


@pytest.mark.parametrize(
    "given", [{"ACME_TOKEN": "from-caller"}, lambda name: "from-caller" if name == "ACME_TOKEN" else None]
)
def test_what_the_caller_gives_comes_before_the_environment(given):
    """A mapping, or a function of one user or tenant."""
    pack = make_pack()
    seen = []

    @pack.tool
    def keep(ctx: ToolContext) -> int:
        seen.append(ctx.secret("ACME_TOKEN"))
        return 1

    with Interpreter(packs=[pack], secrets=given, environ={"ACME_TOKEN": "from-environ", "OTHER": "other"}) as interp:
        interp.run("acme.keep()")
    assert seen == ["from-caller"]


@pytest.fixture
def keep():
    """A pack that keeps what it reads, and the list that it keeps it in."""
    pack = ToolPack("acme", "A shop.", secrets=["ACME_TOKEN"])
    seen: list[str] = []

    @pack.tool
    def read(ctx: ToolContext) -> int:
        seen.append(ctx.secret("ACME_TOKEN"))
        return 1

    return pack, seen


def test_a_file_beside_the_config_comes_after_the_environment(tmp_path, monkeypatch, keep):
    """It changes nothing of the process's environment, and may have another name."""
    pack, seen = keep
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("# keys\nACME_TOKEN='from file'\nexport X=1\n")
    (tmp_path / "prod.env").write_text("ACME_TOKEN_PROD=from-prod\n")
    with Interpreter(packs=[pack], environ={}) as interp:
        interp.run("acme.read()")
    config = make_config({"secrets": {"env_file": "prod.env", "names": {"ACME_TOKEN": "ACME_TOKEN_PROD"}}})
    with Interpreter(packs=[pack], environ={"ACME_TOKEN": "x"}, config=config) as interp:
        interp.run("acme.read()")
    with Interpreter(packs=[pack], environ={"ACME_TOKEN": "from-environ"}) as interp:
        interp.run("acme.read()")
    assert seen == ["from file", "from-prod", "from-environ"]
    import os

    assert "ACME_TOKEN" not in os.environ


def test_a_file_that_is_no_text_is_named(tmp_path, monkeypatch, keep):
    """With its path."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00bad")
    from codeact_sdk.errors import ConfigError

    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        Interpreter(packs=[keep[0]], environ={})


def test_the_keyring_is_asked_last_and_named_when_it_cannot_be(keep, monkeypatch):
    """A real keyring backend with the secret in it; one that is locked is a message to whoever runs it."""
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend
    from keyring.errors import KeyringLocked

    class Own(KeyringBackend):
        priority = 1
        locked = False

        def get_password(self, service, username):
            if self.locked:
                raise KeyringLocked("it is locked")
            return {("codeact", "ACME_TOKEN"): "from-keyring", ("team", "ACME_TOKEN"): "from-team"}.get(
                (service, username)
            )

        def set_password(self, service, username, password): ...

        def delete_password(self, service, username): ...

    before = keyring.get_keyring()
    own = Own()
    keyring.set_keyring(own)
    try:
        pack, seen = keep
        for setting in (True, "team"):
            with Interpreter(packs=[pack], environ={}, config=make_config({"secrets": {"keyring": setting}})) as interp:
                interp.run("acme.read()")
        own.locked = True
        with Interpreter(packs=[pack], environ={}, config=make_config({"secrets": {"keyring": True}})) as interp:
            message = interp.run("acme.read()").error.message
    finally:
        keyring.set_keyring(before)
    assert seen == ["from-keyring", "from-team"]
    assert "the keyring cannot be asked for ACME_TOKEN (KeyringLocked: it is locked): unlock it" in message


async def _coroutine(name: str) -> str:
    return "x"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (_coroutine, "the function is async, and secrets are needed at once"),
        (lambda name: 3, "the function gave int for ACME_TOKEN: return a str, or None"),
    ],
)
def test_a_function_that_gives_something_else_is_refused(keep, given, told):
    """The tool's call fails with what to write instead."""
    with Interpreter(packs=[keep[0]], environ={}, secrets=given) as interp:
        assert told in interp.run("acme.read()").error.message


def test_secrets_of_another_kind_are_refused(keep):
    """When the interpreter is made."""
    from codeact_sdk.errors import ConfigError

    with pytest.raises(ConfigError, match="secrets is int: give a mapping of names to values"):
        Interpreter(packs=[keep[0]], environ={}, secrets=3)


def test_two_tenants_see_nothing_of_one_another(keep):
    """Each session has its own secrets, also at the same time and of one agent."""
    pack, seen = keep
    model = ScriptedModel(lambda messages: "<execute>\nanswer(acme.read())\n</execute>")
    agent = Agent(model, packs=[pack], environ={})
    agent.run("x", secrets={"ACME_TOKEN": "of-north"})
    asyncio.run(agent.arun("x", secrets={"ACME_TOKEN": "of-south"}))
    assert seen == ["of-north", "of-south"]


def test_a_session_without_secrets_has_no_redactor():
    """Packs that declare none cost nothing."""
    pack = ToolPack("p", "None.")

    @pack.tool
    def act() -> int:
        return 1

    with Interpreter(packs=[pack]) as interp:
        assert interp._redactor is None

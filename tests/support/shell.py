"""The command line, called from tests."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from codeact_sdk.cli.app import main
from codeact_sdk.events import Event, ModelReplied, RunFinished, RunStarted
from codeact_sdk.messages import Reply, Usage
from codeact_sdk.runs.write import RunWriter


def codeact(*arguments: object, stdin: str | bytes = "", **environ: str) -> Result:
    """Calls `codeact` in this process; an exception that is not an exit is raised."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin, env=environ)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def record(path: Path, *replies: str, run_id: str = "r1", at: float = 1.0, finished: bool = True) -> Path:
    """Writes a run file with these replies, which `replay:` plays and `runs` lists."""
    events: list[Event] = [RunStarted(at=at, run_id=run_id, task="count the rows", model="scripted", sdk="0.1.0")]
    usage = Usage(input_tokens=10, output_tokens=2)
    for step, text in enumerate(replies, 1):
        events.append(ModelReplied(at=at + step, step=step, reply=Reply(text=text, usage=usage), seconds=1.0))
    if finished:
        events.append(RunFinished(at=at + 9, status="answered", answer="3", steps=1, usage=usage, seconds=9.0))
    with RunWriter(path) as write:
        for event in events:
            write(event)
    return path


def install(folder: Path, name: str, module: str, source: str) -> None:
    """Puts a distribution with one module and one entry point into a folder."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[codeact_sdk]\n{module} = {module}:pack\n")
    (folder / f"{module}.py").write_text(source)

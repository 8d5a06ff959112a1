"""The demo: an agent whose replies are recorded answers a question over a database and a folder of documents.

Only the replies are recorded. The code in them runs, the tools read the data that comes with the SDK, and the answer is
computed. The replies were written for this demo, not by a live model; `scripts/record_demo.py` makes the run files.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from tempfile import TemporaryDirectory

from codeact_sdk.agent import Agent, RunResult
from codeact_sdk.demo.short import short_tools
from codeact_sdk.events import Observer
from codeact_sdk.messages import Reply
from codeact_sdk.models.replay import ReplayModel
from codeact_sdk.packs.discovery import Plugins, load_plugins
from codeact_sdk.packs.settings import Config
from codeact_sdk.runs.read import read_run
from codeact_sdk.runs.store import RunStore

QUESTION = (
    "Which customers did we charge above their agreed price in the second quarter of 2025, and what do we owe each of "
    "them? The agreements and the rules are in the documents, the invoices in the database."
)

RECORDED = "a recorded run (no model is asked; the code really runs)"
"""The name under which the screen and the run file show the model."""
RECORDED_SHORT = f"{RECORDED}, in its short form: pip install codeact-files codeact-sql for the one with packs"

PACKS = {"files": "codeact-files", "sql": "codeact-sql"}
"""The packs of the whole form: namespace and distribution."""

HERE = Path(__file__).parent
DATA = HERE / "data"


def run_demo(
    observers: Sequence[Observer] = (), *, runs_folder: str | PathLike[str], plugins: Plugins | None = None
) -> RunResult:
    """Runs the demo and keeps its run file.

    With the packs `files` and `sql` installed it uses them; without them two plain functions do, and the model's name
    says so.

    Args:
        observers: Called with each event.
        runs_folder: Where the run file is written.
        plugins: What is installed, where it has been loaded already.
    """
    plugins = load_plugins() if plugins is None else plugins
    with TemporaryDirectory(prefix="codeact-demo-") as folder, RunStore(runs_folder).recorder() as record:
        data = shutil.copytree(DATA, Path(folder) / "data")
        replies = read_run(HERE / "recorded" / recording(plugins)).replies
        return demo_agent(replies, data, plugins=plugins).run(QUESTION, observers=[record, *observers])


def demo_agent(replies: Sequence[Reply], data: Path, *, plugins: Plugins) -> Agent:
    """Makes the agent of the demo.

    Args:
        replies: What the model says, in order.
        data: Folder with the database and the documents.
        plugins: What is installed.
    """
    if not has_packs(plugins):
        return Agent(ReplayModel(replies, name=RECORDED_SHORT), tools=short_tools(data))
    settings = {
        "files": {"roots": str(data / "documents")},
        "sql": {"url": f"sqlite:///{data / 'roastery.db'}"},
    }
    model = ReplayModel(replies, name=RECORDED)
    return Agent(model, packs=list(PACKS), plugins=plugins, config=Config(settings=settings))


def recording(plugins: Plugins) -> str:
    """Names the run file whose replies fit what is installed."""
    return "packs.jsonl" if has_packs(plugins) else "short.jsonl"


def has_packs(plugins: Plugins) -> bool:
    """Whether both packs are installed, and not others under their names."""
    found = {loaded.namespace: loaded.distribution for loaded in plugins.packs}
    return all(found.get(namespace) == distribution for namespace, distribution in PACKS.items())

"""Records the run files of `codeact demo`: plays the replies in `demo_replies/` through the real agent.

    python scripts/record_demo.py

The replies are written by hand; what they are said to have done is what happens here. What the tools returned is left
out of the files: the demo computes it anew each time.
"""

from __future__ import annotations

from pathlib import Path

from codeact_sdk.demo.run import DATA, HERE, QUESTION, demo_agent, recording
from codeact_sdk.events import ActionFound, Event, ModelReplied, RunFinished, RunStarted
from codeact_sdk.messages import Reply
from codeact_sdk.packs.discovery import Plugins, load_plugins
from codeact_sdk.runs.write import RunWriter

WRITTEN = Path(__file__).parent / "demo_replies"
KEPT = (RunStarted, ModelReplied, ActionFound, RunFinished)


def written_replies(form: str) -> list[Reply]:
    """Reads the replies of one form, in order.

    Args:
        form: "packs" or "short".
    """
    paths = sorted((WRITTEN / form).glob("*.md"))
    return [Reply(text=path.read_text(encoding="utf-8").strip()) for path in paths]


def record(form: str, plugins: Plugins) -> None:
    """Writes the run file of one form.

    Args:
        form: "packs" or "short".
        plugins: What the run may use; nothing for the short form.

    Raises:
        SystemExit: The run did not end with an answer.
    """
    path = HERE / "recorded" / recording(plugins)
    path.unlink(missing_ok=True)
    with RunWriter(path) as writer:

        def keep(event: Event) -> None:
            if isinstance(event, KEPT):
                writer(event)

        result = demo_agent(written_replies(form), DATA, plugins=plugins).run(QUESTION, observers=[keep])
    path.chmod(0o644)
    if result.status != "answered":
        raise SystemExit(f"{form}: the run ended with {result.status}: {result.reason}\n{result.messages[-1].content}")
    print(f"{path.name}: {result.steps} steps, {len(result.calls)} calls, {len(result.answer)} customers")


if __name__ == "__main__":
    record("packs", load_plugins())
    record("short", Plugins())

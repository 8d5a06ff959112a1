"""`run_demo`: recorded replies, real code, an answer that is computed."""

import re
import sqlite3
from contextlib import closing
from importlib import util
from pathlib import Path

import pytest
from demo_answer import computed_answer

from codeact_sdk.demo import QUESTION, run_demo
from codeact_sdk.demo.run import DATA, HERE, RECORDED, RECORDED_SHORT, demo_agent
from codeact_sdk.events import Event, Observed, RunStarted
from codeact_sdk.packs.discovery import Plugins, load_plugins
from codeact_sdk.runs.read import read_run

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
FORMS = {"packs": load_plugins(), "short": Plugins()}


def load(path: Path):
    """Imports a file that is in no package."""
    spec = util.spec_from_file_location(path.stem, path)
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("form", FORMS)
def test_the_answer_is_that_of_an_independent_computation(form, tmp_path):
    """In four steps, whichever tools there are."""
    result = run_demo(runs_folder=tmp_path, plugins=FORMS[form])
    assert result.status == "answered", result.messages[-1].content
    assert result.answer == computed_answer()
    assert result.steps == 4


@pytest.mark.parametrize("form", FORMS)
def test_one_action_fails_for_a_real_reason_and_the_next_mends_it(form, tmp_path):
    """The second action meets the second date format; what it had loaded is used by the third."""
    events: list[Event] = []
    run_demo([events.append], runs_folder=tmp_path, plugins=FORMS[form])
    observed = [event.observation for event in events if isinstance(event, Observed)]
    assert [observation.status for observation in observed] == ["ok", "error", "ok", "answered"]
    assert observed[1].error.type == "ValueError"
    assert re.search(r"'\d\d\.\d\d\.2025'", observed[1].error.message)
    assert len(observed[2].calls) == 1


def test_the_code_composes_tools_of_both_packs(tmp_path):
    """Many calls in one action, of both packs, and all of them read."""
    calls = run_demo(runs_folder=tmp_path).calls
    assert {call.tool.partition(".")[0] for call in calls} == {"files", "sql"}
    assert len(calls) > 50
    assert {(call.effect, call.error) for call in calls} == {("read", None)}


@pytest.mark.parametrize(("form", "name"), [("packs", RECORDED), ("short", RECORDED_SHORT)])
def test_the_first_event_says_that_the_model_is_recorded(form, name, tmp_path):
    """Nobody takes it for a live model, and the short form says how to get the whole one."""
    events: list[Event] = []
    run_demo([events.append], runs_folder=tmp_path, plugins=FORMS[form])
    started = events[0]
    assert isinstance(started, RunStarted)
    assert (started.model, started.task) == (name, QUESTION)
    assert "recorded" in name
    assert ("pip install codeact-files codeact-sql" in name) == (form == "short")


def test_the_run_file_holds_the_whole_run(tmp_path):
    """It is written as the run happens and reads back."""
    result = run_demo(runs_folder=tmp_path)
    (path,) = tmp_path.glob("*.jsonl")
    run = read_run(path)
    assert run.started.run_id == result.run_id
    assert run.finished.answer == result.answer
    assert not run.cut


def test_the_answer_follows_the_data(tmp_path):
    """Nothing is remembered: with other rows there is another answer."""
    import shutil

    data = shutil.copytree(DATA, tmp_path / "data")
    with closing(sqlite3.connect(data / "roastery.db")) as connection:
        connection.execute("UPDATE invoice_lines SET unit_price = unit_price - 1")
        connection.commit()
    replies = read_run(HERE / "recorded" / "packs.jsonl").replies
    result = demo_agent(replies, data, plugins=FORMS["packs"]).run(QUESTION)
    assert result.answer == computed_answer(data) != computed_answer()


def test_the_shipped_data_is_not_touched(tmp_path):
    """The demo works on a copy, which is gone afterwards."""
    before = {path: path.stat().st_mtime_ns for path in DATA.rglob("*")}
    run_demo(runs_folder=tmp_path)
    assert {path: path.stat().st_mtime_ns for path in DATA.rglob("*")} == before


@pytest.mark.parametrize("form", FORMS)
def test_the_recorded_replies_are_those_that_were_written(form):
    """The run files were recorded after the last change of the replies: `python scripts/record_demo.py`."""
    recorded = read_run(HERE / "recorded" / f"{form}.jsonl")
    assert recorded.status == "answered"
    assert list(recorded.replies) == load(SCRIPTS / "record_demo.py").written_replies(form)
    assert recorded.finished.answer == computed_answer()


def test_another_pack_under_the_same_name_is_not_mistaken_for_ours():
    """The recorded code fits the two packs it was written for."""
    from dataclasses import replace

    from codeact_sdk.demo.run import has_packs

    plugins = FORMS["packs"]
    assert has_packs(plugins)
    others = tuple(replace(loaded, distribution="other") for loaded in plugins.packs)
    assert not has_packs(replace(plugins, packs=others))

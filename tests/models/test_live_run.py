"""`codeact run` against a server: the whole way from the environment to the answer, as a person with a key goes it."""

import os

import pytest
from loopback import Bench
from shell import codeact

from codeact_sdk.runs.read import read_run

ACTION = "I read both notes.\n<execute>\nparts = [files.read(path=name) for name in ('a.txt', 'b.txt')]\nanswer(' '.join(parts))\n"


@pytest.fixture
def bench(server, speech):
    """Each protocol; the command line is sync."""
    return Bench(server, speech, is_async=False)


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """A folder with two documents, and a person in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "b.txt").write_text("world")
    return tmp_path


def test_a_task_is_done_with_a_model_over_http(notes, bench):
    """The first try meets an overloaded server, the reply is streamed without its stop string, the code runs."""
    retry_now = {"retry-after": "0"}
    bench.server.script.extend(
        [
            bench.whole(bench.speech.overload, status=503, headers=retry_now),
            bench.streams("I read both notes.\n", ACTION.partition("\n")[2], stop="stop_string"),
        ]
    )
    variables = {
        f"{bench.speech.scheme.upper()}_BASE_URL": bench.server.url + bench.speech.suffix,
        f"{bench.speech.scheme.upper()}_API_KEY": bench.key,
        "CODEACT_MODEL": f"{bench.speech.scheme}:m-1",
        "NO_PROXY": "*",
    }
    result = codeact("run", "Join the notes", **variables)
    assert (result.exit_code, result.stdout) == (0, "hello world\n"), result.stderr
    assert [request.path for request in bench.server.requests] == [bench.speech.path] * 2
    sent = str(bench.server.requests[-1].body)
    assert "def read(" in sent
    assert "Join the notes" in sent
    (path,) = (notes / ".codeact" / "runs").glob("*.jsonl")
    run = read_run(path)
    assert run.status == "answered"
    assert run.finished.usage.input_tokens == 12
    assert bench.key not in path.read_text() + result.stderr + result.stdout


def test_the_run_file_replays_without_the_server(notes, bench):
    """What was recorded live is played again with `replay:`, and really runs."""
    bench.server.script.append(bench.streams(ACTION, stop="stop_string"))
    variables = {
        f"{bench.speech.scheme.upper()}_BASE_URL": bench.server.url + bench.speech.suffix,
        f"{bench.speech.scheme.upper()}_API_KEY": bench.key,
        "NO_PROXY": "*",
    }
    codeact("run", "Join the notes", "--model", f"{bench.speech.scheme}:m-1", **variables)
    (path,) = (notes / ".codeact" / "runs").glob("*.jsonl")
    (notes / "b.txt").write_text("again")
    result = codeact("run", "Join the notes", "--model", f"replay:{os.path.relpath(path)}")
    assert (result.exit_code, result.stdout) == (0, "hello again\n"), result.stderr

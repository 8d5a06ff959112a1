import logging
import subprocess
import sys

import pytest

from codeact_sdk.errors import ConfigError, SecretMissing
from codeact_sdk.tools.context import ToolContext


def test_a_declared_secret_is_read_when_it_is_asked_for():
    """A key that is replaced while the program runs is used from then on."""
    environ = {"ACME_TOKEN": "old"}
    ctx = ToolContext("acme", secrets=environ, declared=["ACME_TOKEN"])
    environ["ACME_TOKEN"] = "new"
    assert ctx.secret("ACME_TOKEN") == "new"


@pytest.mark.parametrize("environ", [{}, {"ACME_TOKEN": ""}])
def test_a_missing_secret_is_named_with_its_pack(environ):
    """Whoever runs the agent learns which variable to set, and for which pack."""
    ctx = ToolContext("acme", secrets=environ, declared=["ACME_TOKEN"])
    with pytest.raises(SecretMissing, match=r"pack 'acme' needs the secret ACME_TOKEN: set the environment variable"):
        ctx.secret("ACME_TOKEN")


def test_an_undeclared_secret_is_refused_although_it_has_a_value():
    """A pack reads what it declared and nothing else of the environment."""
    ctx = ToolContext("acme", secrets={"AWS_KEY": "k", "ACME_TOKEN": "t"}, declared=["ACME_TOKEN"])
    with pytest.raises(ConfigError, match=r"AWS_KEY, which it does not declare \(declared: ACME_TOKEN\)"):
        ctx.secret("AWS_KEY")


def test_a_context_made_by_hand_offers_the_secrets_it_was_given():
    """An author's test needs no list of declarations."""
    assert ToolContext("acme", secrets={"ACME_TOKEN": "t"}).secret("ACME_TOKEN") == "t"


def test_repr_shows_no_secret():
    """A context in a log line or a traceback gives nothing away."""
    ctx = ToolContext("acme", secrets={"ACME_TOKEN": "hunter2"}, settings={"password": "hunter2"})
    assert repr(ctx) == "ToolContext('acme')"


def test_the_log_is_named_after_the_pack():
    """Integrators set levels by pack."""
    assert ToolContext("acme").log is logging.getLogger("codeact.acme")
    assert ToolContext().log is logging.getLogger("codeact")


def test_progress_reaches_whoever_listens_and_nobody_otherwise():
    """A tool may report progress without asking whether anybody listens."""
    heard = []
    ToolContext("acme", progress=lambda *said: heard.append(said)).progress(3, 10, message="orders")
    ToolContext("acme").progress(3, None)
    assert heard == [(3, 10, "orders")]


def test_the_client_is_made_when_it_is_first_asked_for():
    """A tool that makes no request costs no client."""
    made = []
    ctx = ToolContext("acme", http=lambda: made.append(1) or "client")
    assert not made
    assert ctx.http == "client"
    assert made == [1]


def test_a_context_without_a_client_says_how_to_give_it_one():
    """The author of a test reads what to write."""
    with pytest.raises(ConfigError, match=r"ToolContext\(http=lambda: httpx.Client\(\)\)"):
        _ = ToolContext("acme").http


def test_settings_and_key_are_handed_through():
    """A tool reads what its host set."""
    settings = object()
    ctx = ToolContext("acme", settings=settings, idempotency_key="run-1/4")
    assert ctx.settings is settings
    assert ctx.idempotency_key == "run-1/4"


def test_importing_it_loads_no_http_client():
    """Every start of the program imports this module, and most need no client."""
    code = "import sys, codeact_sdk.tools.context; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

"""Every error that leaves `codeact_sdk`, as one tree.

    CodeActError
    ├── ToolDefinitionError        a function cannot become a tool (every fault at once)
    ├── ToolArgumentError          a tool was called with arguments it does not take
    ├── ToolError                  a tool's author says what went wrong; the model reads the message
    ├── PluginError                a pack or plugin could not be used
    ├── ConfigError                a setting is wrong
    │   └── SecretMissing          a declared secret has no value
    ├── RunFileError               a run file cannot be read
    └── ModelError                 the language model could not answer
        ├── ModelNotConfigured     no model was named and none was found
        ├── ModelRequestError      the server refused the request (4xx)
        │   └── ModelAuthError     the key is missing or wrong (401, 403)
        ├── ModelRateLimited       429, after every retry
        ├── ModelUnavailable       the server is down, unreachable or answers 5xx, after every retry
        ├── ModelTimeout           no answer in time, after every retry
        ├── ModelProtocolError     the reply is cut, malformed or empty
        └── ReplayExhausted        a recorded run has no further reply

Wrong *code* is not here: it is a value, `Observation.error`.
Errors carry data; the message is made from the data and says the next move.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal


class CodeActError(Exception):
    """Base of every error raised on purpose by the SDK."""

    exit_code = 1
    """What the command line exits with: 1 the task failed, 2 wrong use."""


class ToolDefinitionError(CodeActError):
    """A function cannot become a tool.

    Attributes:
        name: The function's name, with its namespace if it has one.
        faults: Every reason, each with what to write instead.
    """

    exit_code = 2

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        self.name = name
        self.faults = tuple(faults)
        super().__init__(f"{name} cannot be a tool:\n" + "\n".join(f"  - {fault}" for fault in self.faults))


class ToolArgumentError(CodeActError):
    """A tool was called with arguments that it does not take.

    Attributes:
        tool: Qualified name, such as `acme.orders`.
        problems: One line for each wrong argument: its name, what was given, what is possible.
        signature: The call as it should look.
    """

    def __init__(self, tool: str, problems: Sequence[str], signature: str) -> None:
        self.tool = tool
        self.problems = tuple(problems)
        self.signature = signature
        super().__init__(f"{tool}: " + "; ".join(self.problems) + f"\n  signature: {signature}")


class ToolError(CodeActError):
    """Raised by a tool's author: the message goes to the model word for word, so say what would work."""


class PluginError(CodeActError):
    """A pack or plugin could not be used.

    Attributes:
        plugin: Entry point name.
        distribution: Distribution it came from, with its version; empty if unknown.
        reason: What is wrong and what to do, without a traceback.
        traceback: The full traceback where loading raised; empty otherwise.
        kind: What is the matter: it is "broken" itself, for another "version" of the SDK, in "collision" with another,
            or its "alias" is wrong.
    """

    exit_code = 2

    def __init__(
        self,
        plugin: str,
        reason: str,
        *,
        distribution: str = "",
        traceback: str = "",
        kind: Literal["broken", "version", "collision", "alias"] = "broken",
    ) -> None:
        self.plugin = plugin
        self.kind = kind
        self.distribution = distribution
        self.reason = reason
        self.traceback = traceback
        origin = f" (from {distribution})" if distribution else ""
        super().__init__(f"plugin {plugin!r}{origin}: {reason}")


class ConfigError(CodeActError):
    """A setting is wrong; the message names the file, the key and what is possible."""

    exit_code = 2


class SecretMissing(ConfigError):
    """A secret that a pack declared has no value."""

    def __init__(self, name: str, *, pack: str) -> None:
        self.name = name
        self.pack = pack
        super().__init__(
            f"pack {pack!r} needs the secret {name}: set the environment variable {name}, write {name}=... into the file .env, "
            f"keep it in the system's keyring (secrets.keyring = true, `keyring set codeact {name}`), or give it as secrets={{...}}"
        )


class RunFileError(CodeActError):
    """A run file cannot be read; the message names the file, the line and the reason."""


class ModelError(CodeActError):
    """The language model could not answer."""


class ModelNotConfigured(ModelError):
    """No model was named and none was found in the environment."""

    exit_code = 2


class ModelRequestError(ModelError):
    """The server refused the request.

    Attributes:
        status: HTTP status; 0 where there is none.
    """

    def __init__(self, message: str, *, status: int = 0) -> None:
        self.status = status
        super().__init__(message)


class ModelAuthError(ModelRequestError):
    """The key is missing, wrong or not allowed to use this model."""


class ModelRateLimited(ModelError):
    """The server asked to slow down and every retry was used.

    Attributes:
        retry_after_s: What the server asked for, in seconds; None where it did not say.
    """

    def __init__(self, message: str, *, retry_after_s: float | None = None) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(message)


class ModelUnavailable(ModelError):
    """The server is down, unreachable or answers with its own errors, and every retry was used."""


class ModelTimeout(ModelError):
    """The server did not answer in time, and every retry was used."""


class ModelProtocolError(ModelError):
    """The reply is cut, malformed or empty."""


class ReplayExhausted(ModelError):
    """A recorded run has no further reply to give."""

"""The files of a new pack, made of the templates that ship with the SDK."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from packaging.version import Version

from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.sources import sdk_version
from codeact_sdk.scaffold.names import PackNames

Licence = Literal["Apache-2.0", "MIT", "BSD-3-Clause", "none"]
"""By SPDX name; "none" for a pack that is not given away."""

TEMPLATES = Path(__file__).parent / "templates"

_FILES: Mapping[str, str] = {
    "pyproject.toml": "pyproject.toml.j2",
    "README.md": "README.md.j2",
    "CHANGELOG.md": "CHANGELOG.md.j2",
    ".gitignore": "gitignore.j2",
    ".github/workflows/ci.yml": "github/ci.yml.j2",
    "{module}/__init__.py": "module/__init__.py.j2",
    "{module}/results.py": "module/results.py.j2",
    "{module}/tools.py": "module/tools.py.j2",
    "{module}/py.typed": "module/py.typed.j2",
    "tests/test_tools.py": "tests/test_tools.py.j2",
}


@dataclass(frozen=True)
class PackPlan:
    """What a new pack is to be."""

    names: PackNames
    purpose: str
    licence: Licence = "Apache-2.0"
    author: str = ""
    """Who holds the rights; the authors of the distribution where it is empty."""


def render_pack(plan: PackPlan) -> dict[str, str]:
    """Makes the files of a pack.

    Args:
        plan: What it is to be.

    Returns:
        Texts by path, with `/` between the parts.

    Raises:
        ConfigError: The template engine is not installed.
    """
    try:
        import jinja2  # noqa: PLC0415  # an extra, which only authors of packs need
    except ModuleNotFoundError as error:
        raise ConfigError(
            "making a pack needs the template engine Jinja2: pip install 'codeact-sdk[author]'"
        ) from error
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701  # Python, TOML and Markdown, not HTML
    )
    environment.filters["quoted"] = _quoted
    files = dict(_FILES)
    if plan.licence != "none":
        files["LICENSE"] = f"licences/{plan.licence}.j2"
    values = _values(plan)
    return {
        path.format(module=plan.names.module): environment.get_template(template).render(values)
        for path, template in files.items()
    }


def write_pack(files: Mapping[str, str], folder: Path) -> None:
    """Writes the files of a pack into a folder.

    Args:
        files: As `render_pack` makes them.
        folder: Is made where it does not exist.

    Raises:
        ConfigError: The folder holds something already, or cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file: give another with --folder")
    try:
        if folder.exists() and any(folder.iterdir()):
            raise ConfigError(f"{folder} is not empty, and nothing in it is overwritten: give another with --folder")
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ConfigError(f"{folder} cannot be written: {error.strerror}; give another with --folder") from error


def _values(plan: PackPlan) -> dict[str, object]:
    version = Version(sdk_version() or "0.1")
    upper = f"{version.major}.{version.minor + 1}" if version.major == 0 else f"{version.major + 1}"
    today = datetime.datetime.now(tz=datetime.UTC).date()
    return {
        "namespace": plan.names.namespace,
        "distribution": plan.names.distribution,
        "module": plan.names.module,
        "purpose": " ".join(plan.purpose.split()),
        "licence": plan.licence,
        "author": " ".join(plan.author.split()) or f"the authors of {plan.names.distribution}",
        "sdk": f">={version.major}.{version.minor},<{upper}",
        "year": today.year,
    }


def _quoted(text: str) -> str:
    """A string as both Python and TOML write it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

"""`python -m bench`, with `scripts` on the path: `make bench`, `make bench-docs`, `make bench-peers`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench.environments import ROOT, install_peers
from bench.report import Report, as_markdown, as_text, from_json, put_between_marks
from bench.rows import chosen
from bench.runner import run

_PAGE = ROOT / "docs" / "performance.md"


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; 1 where a result was wrong or a peer could not be installed."""
    options = _parser().parse_args(arguments)
    if options.install_peers:
        failed = install_peers()
        print(f"not installed: {', '.join(failed)}" if failed else "every peer is installed")
        return int(bool(failed))
    try:
        report = _report(options)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print(as_text(report))
    if options.docs:
        page = put_between_marks(_PAGE.read_text(encoding="utf-8"), as_markdown(report))
        _PAGE.write_text(page, encoding="utf-8")
    return int(bool(report.wrong))


def _report(options: argparse.Namespace) -> Report:
    if options.read is not None:
        return from_json(json.loads(options.read.read_text(encoding="utf-8")))
    report = run(chosen(options.only), pythons=options.python, peers=not options.no_peers, quick=options.quick)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench", description="Measures the interpreter beside plain exec and its peers."
    )
    add = parser.add_argument
    add("--quick", action="store_true", help="does everything run at all: figures mean nothing")
    add(
        "--only", action="append", default=[], metavar="ROW", help="a key such as action.p50, or a duty such as latency"
    )
    add("--python", action="append", default=[], type=Path, help="another Python in which codeact-sdk is measured")
    add("--no-peers", action="store_true", help="leave out the peers that are installed")
    add("--json", type=Path, default=ROOT / "build" / "bench.json", help="where the figures go")
    add("--from", dest="read", type=Path, help="show the figures of this file and measure nothing")
    add("--docs", action="store_true", help="write the table to docs/performance.md")
    add("--install-peers", action="store_true", help="make an environment for each peer, and measure nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())

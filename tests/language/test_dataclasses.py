"""Dataclasses and enums."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    y: int = 2\np = P(1)\np.x += 5\nprint(p, p == P(6, 2), P(1) != P(2))",
        "from dataclasses import dataclass, field\n@dataclass(order=True, frozen=True)\nclass P:\n    x: int\n    tags: list = field(default_factory=list, compare=False)\nprint(sorted([P(2), P(1)]), len({P(1), P(1)}))\nP(1).x = 3",
        "import dataclasses\n@dataclasses.dataclass\nclass P:\n    x: int\n    y: list\nd = dataclasses.asdict(P(1, [P(2, [])]))\nd, [f.name for f in dataclasses.fields(P)], dataclasses.replace(P(1, []), x=9).x, dataclasses.is_dataclass(P), dataclasses.astuple(P(1, [2]))",
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int = 1\n@dataclass\nclass B(A):\n    y: int = 2\n    def __post_init__(self):\n        self.z = self.x + self.y\nB(5).z",
        "from dataclasses import dataclass\n@dataclass(slots=True, kw_only=True)\nclass A:\n    x: int\nA(x=1).x",
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\nA()",
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: list = []",
        "from dataclasses import dataclass, field, InitVar, KW_ONLY\n@dataclass\nclass A:\n    x: InitVar[int]\n    _: KW_ONLY\n    y: int = 0\n    def __post_init__(self, x):\n        self.y += x\nA(3, y=4).y",
        "from __future__ import annotations\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    next: A | None = None\nA(A()).next.next",
    ],
)
def test_dataclasses(code: str) -> None:
    """Dataclasses with defaults, order, inheritance and slots."""
    assert_ordinary(code)


@pytest.mark.parametrize(
    "code",
    [
        "from enum import Enum, auto\nclass Color(Enum):\n    RED = 1\n    GREEN = 2\nprint(Color.RED, Color(2), Color['RED'].name, [c.value for c in Color], Color.RED is Color(1), Color.RED == 1)",
        "from enum import IntEnum, StrEnum, auto\nclass N(IntEnum):\n    A = auto()\n    B = auto()\nclass S(StrEnum):\n    X = auto()\n    Y = 'why'\nprint(N.B + 1, N.A < N.B, S.X + 'y', f'{S.Y}', sorted(N))",
        "from enum import Flag, IntFlag, auto\nclass P(Flag):\n    R = auto()\n    W = auto()\nx = P.R | P.W\nprint(P.R in x, x & P.W, bool(P.R & P.W), x)",
        "from enum import Enum\nclass C(Enum):\n    A = 'a'\n    def shout(self):\n        return self.value.upper()\n    @classmethod\n    def default(cls):\n        return cls.A\nC.default().shout(), C.A.name, len(C), C.__members__.keys() == {'A'}",
        "from enum import Enum\nclass C(Enum):\n    A = 1\nC('nothing')",
        "from enum import Enum\nclass C(Enum):\n    A = 1\nC.B",
        "from enum import Enum, unique\n@unique\nclass C(Enum):\n    A = 1\n    B = 1",
        "from enum import Enum\nD = Enum('D', ['X', 'Y'])\nprint(list(D)[0].name, D.Y.value)",
        "from enum import Enum\nclass C(Enum):\n    A = 1\nmatch C.A:\n    case C.A:\n        print('a')",
        "from enum import Enum\nclass C(Enum):\n    A = 1\n{C.A: 'x'}[C.A]",
    ],
)
def test_enums(code: str) -> None:
    """Enums of every kind."""
    assert_ordinary(code)

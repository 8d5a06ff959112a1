"""Coroutines, async generators, top-level await and asyncio."""

from __future__ import annotations

import pytest
from oracle import assert_ordinary


@pytest.mark.parametrize(
    "code",
    [
        "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x * 2\nawait f(3)",
        "import asyncio\nasync def f(x):\n    await asyncio.sleep(0)\n    return x\nawait asyncio.gather(f(1), f(2), f(3))",
        "import asyncio\nasync def main():\n    return 5\nasyncio.run(main())",
        "import asyncio\nasync def bad():\n    raise ValueError('b')\nr = await asyncio.gather(bad(), return_exceptions=True)\nrepr(r)",
        "import asyncio\nasync def bad():\n    raise ValueError('b')\nawait asyncio.gather(bad())",
        "async def gen():\n    for i in range(3):\n        yield i\n[x async for x in gen() if x]",
        "async def gen():\n    yield 1\nasync for x in gen():\n    print(x)\nelse:\n    print('else')",
        "class C:\n    async def __aenter__(self):\n        print('in')\n        return 1\n    async def __aexit__(self, *a):\n        print('out')\nasync with C() as c:\n    print(c)",
        "import asyncio\nasync def f(n):\n    await asyncio.sleep(0.001 * n)\n    return n\ntasks = [asyncio.create_task(f(n)) for n in (3, 1, 2)]\nfor done in asyncio.as_completed(tasks):\n    print(await done)",
        "import asyncio\nasync def f():\n    await asyncio.sleep(10)\ntry:\n    await asyncio.wait_for(f(), 0.01)\nexcept asyncio.TimeoutError:\n    print('late')",
        "import asyncio\nasync def f(n):\n    return n\nasync with asyncio.TaskGroup() as group:\n    a = group.create_task(f(1))\n    b = group.create_task(f(2))\na.result() + b.result()",
        "import asyncio\nsem = asyncio.Semaphore(2)\nasync def f(n):\n    async with sem:\n        return n\nsorted(await asyncio.gather(*map(f, range(5))))",
        "import asyncio\nq = asyncio.Queue()\nasync def put():\n    for i in range(3):\n        await q.put(i)\nawait put()\nprint(q.qsize(), await q.get())",
        "import asyncio\nasync def f():\n    try:\n        await asyncio.sleep(10)\n    except asyncio.CancelledError:\n        print('cancelled')\n        raise\nt = asyncio.create_task(f())\nawait asyncio.sleep(0)\nt.cancel()\ntry:\n    await t\nexcept asyncio.CancelledError:\n    print('seen')",
        "async def f():\n    return [x for x in range(3)], {k: v async for k, v in g()}\nasync def g():\n    yield 1, 2\nawait f()",
        "from contextlib import asynccontextmanager\n@asynccontextmanager\nasync def cm():\n    print('a')\n    yield 5\n    print('b')\nasync with cm() as x:\n    print(x)",
        "import asyncio\nasync def f(): return 1\nasyncio.iscoroutinefunction(f)",
        "class A:\n    def __await__(self):\n        return iter([])\nawait A()",
        "class C:\n    def __init__(self): self.n = 0\n    def __aiter__(self): return self\n    async def __anext__(self):\n        self.n += 1\n        if self.n > 2: raise StopAsyncIteration\n        return self.n\n[x async for x in C()]",
        "await 5",
        "async def f():\n    return 1\nx = [await f() for _ in range(2)]\nx",
    ],
)
def test_async(code: str) -> None:
    """Everything that is async in the language, and asyncio beside it."""
    assert_ordinary(code)

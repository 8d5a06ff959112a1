"""Programs that try to outlive a limit: something endless or huge, behind what might keep it from being stopped."""

from __future__ import annotations

import random

ENGINES = {
    # loops
    "while": "while True: pass", "while else": "while not 0:\n    x = 1\nelse:\n    pass", "for iter": "for _ in iter(int, 1): pass", "for repeat": "for _ in itertools.repeat(1): pass", "for count": "for i in itertools.count(): i",
    "for cycle": "for i in itertools.cycle([1]): i", "own iterator": "for _ in Endless(): pass", "generator": "for _ in endless(): pass", "yield from": "def again():\n    while True: yield from [1]\nfor _ in again(): pass",
    "comprehension": "[0 for _ in endless() if False]", "nested comprehension": "[0 for a in range(10**6) for b in range(10**6) if a < 0]", "recursion": "def r(): return r()\nr()", "mutual": "def p(n): return q(n + 1)\ndef q(n): return p(n + 1)\np(0)",
    "lambda": "f = lambda f: f(f)\nf(f)", "catching recursion": "def r():\n    try: r()\n    except Exception: r()\nr()", "finally recursion": "def r():\n    try: r()\n    finally: r()\nr()",
    "exec": "exec('while True: pass')", "eval": "while True: eval('1 + 1')", "match": "while True:\n    match [1, 2]:\n        case [a, *b]: pass", "walrus": "while (n := 1): n", "async": "async def spin():\n    while True: await asyncio.sleep(0)\nawait spin()",
    "gather": "async def spin():\n    while True: await asyncio.sleep(0)\nawait asyncio.gather(spin(), spin())", "sleep": "time.sleep(100)", "async sleep": "await asyncio.sleep(100)", "lock": "lock = asyncio.Lock()\nawait lock.acquire()\nawait lock.acquire()",
    "task": "async def spin():\n    while True:\n        try: await asyncio.sleep(9)\n        except BaseException: pass\nt = asyncio.create_task(spin())\nawait t", "future": "await asyncio.Queue().get()", "wait for": "await asyncio.wait_for(asyncio.sleep(99), 99)",
    "send": "g = endless()\nnext(g)\nwhile True: g.send(None)", "async for": "async def more():\n    while True: yield 1\nasync for _ in more(): pass", "print": "while True: print('x' * 100)", "stderr": "while True: print('x' * 100, file=sys.stderr)",
    # C loops
    "sum range": "sum(range(10**12))", "max range": "max(range(10**11))", "in range": "0.5 in range(10**11)", "deque repeat": "collections.deque(itertools.repeat(1), maxlen=0)", "all repeat": "all(itertools.repeat(True))", "set repeat": "set(itertools.repeat(1))",
    "sum iter": "sum(iter(int, 1))", "count in": "-1 in itertools.count()", "product": "for _ in itertools.product(range(10**4), repeat=9): pass", "any map": "any(map(bool, iter(int, 1)))", "list endless": "list(endless())", "join endless": "''.join(itertools.repeat('a'))",
    "dict zip": "dict(zip(itertools.count(), itertools.repeat(1)))", "sorted endless": "sorted(itertools.count())", "filter none": "next(filter(None, iter(int, 1)))", "dropwhile": "next(itertools.dropwhile(lambda x: True, itertools.count()))", "islice": "next(itertools.islice(itertools.count(), 10**12, None))",
    "permutations": "sum(1 for _ in itertools.permutations(range(30)))", "combinations": "collections.deque(itertools.combinations(range(60), 30), maxlen=1)", "star": "print(*itertools.repeat(1))", "unpack": "a, *b = itertools.count()", "tee": "a, b = itertools.tee(itertools.count())\nmax(a)", "groupby": "[k for k, g in itertools.groupby(itertools.repeat(1))]",
    "accumulate": "collections.deque(itertools.accumulate(itertools.count(1), lambda a, b: a * b), maxlen=0)", "extend": "[].extend(endless())", "slice assign": "x = []\nx[:] = itertools.count()", "update": "{}.update((i, i) for i in itertools.count())", "fromkeys": "dict.fromkeys(itertools.count())", "bytes": "bytes(itertools.repeat(1))",
    "array": "array.array('b', itertools.repeat(1))", "Counter": "collections.Counter(itertools.count())", "fsum": "math.fsum(itertools.repeat(1.0))", "prod": "math.prod(itertools.repeat(2))", "reduce": "functools.reduce(lambda a, b: b, itertools.count())", "starmap": "list(itertools.starmap(max, itertools.repeat((1, 2))))",
    "heapq": "list(heapq.merge(itertools.count(), itertools.count()))", "nlargest": "heapq.nlargest(3, itertools.count())", "mean": "statistics.mean(itertools.count())", "writerows": "csv.writer(io.StringIO()).writerows(itertools.repeat([1]))", "csv reader": "list(csv.reader(itertools.repeat('a,b')))", "writelines": "io.StringIO().writelines(itertools.repeat('a'))",
    "index": "operator.indexOf(itertools.repeat(1), 2)", "countOf": "operator.countOf(itertools.repeat(1), 2)", "min key": "min(itertools.count(), key=lambda x: x)", "zip": "list(zip(endless(), endless()))", "enumerate": "list(enumerate(endless()))", "chain": "list(itertools.chain.from_iterable(itertools.repeat([1])))", "random choices": "random.choices([1], k=10**10)",
    "batched": "list(itertools.batched(itertools.count(), 2)) if hasattr(itertools, 'batched') else 0", "pairwise": "list(itertools.pairwise(itertools.count()))", "compress": "list(itertools.compress(itertools.count(), itertools.repeat(0)))", "set op": "{1}.union(itertools.count())", "isdisjoint": "{-1}.isdisjoint(itertools.count())", "deque extend": "collections.deque().extend(itertools.count())",
    "sample": "random.sample(range(10**9), 10**8)", "shuffle": "random.shuffle(list(range(10**8)))", "namedtuple": "collections.namedtuple('N', (f'a{i}' for i in itertools.count()))", "enum": "enum.Enum('E', [(f'a{i}', i) for i in range(10**6)])", "dataclass": "dataclasses.make_dataclass('D', [f'a{i}' for i in range(10**5)])",
    # numbers
    "pow": "9 ** 9 ** 9", "pow loop": "x = 3\nwhile True: x = x * x", "pow mod": "pow(7, 10**60000, 10**60000 + 1)", "shift": "1 << 10**12", "factorial": "math.factorial(10**7)", "comb": "math.comb(10**7, 5 * 10**6)", "perm": "math.perm(10**6, 10**6)", "lcm": "math.lcm(*range(1, 10**6))", "str int": "str(10**4000 ** 50)", "isqrt": "math.isqrt(10**3000000)",
    "int str": "int('9' * 10**6)", "divmod": "divmod(10**3000000, 7**1000000)", "big division": "x = 1 << (1 << 27)\nx // 3", "gcd": "math.gcd(3**2000000, 7**1000000)", "fraction": "f = fractions.Fraction(1, 3)\nwhile True: f = f * f + 1", "decimal pow": "decimal.Decimal(7) ** 10**9", "decimal prec": "decimal.getcontext().prec = 10**9\ndecimal.Decimal(2).sqrt()", "decimal int": "int(decimal.Decimal('1e999999999'))",
    "decimal loop": "decimal.getcontext().prec = 10**6\nx = decimal.Decimal(3)\nwhile True: x = x * x", "decimal exp": "decimal.getcontext().prec = 10**6\ndecimal.Decimal('1.5').exp()", "decimal factor": "decimal.Decimal('1e100000000') + 1", "fraction of decimal": "fractions.Fraction('1e100000000')", "from float": "fractions.Fraction(3, 7) ** 10**8", "round": "round(12345, -10**9)", "complex": "(1 + 1j) ** 10**9",
    "int bytes": "int.from_bytes(b'a' * 10**8)", "to bytes": "(1).to_bytes(10**10, 'big')", "float hex": "float.fromhex('0x' + '1' * 10**7)", "bin": "bin(1 << 10**9)", "format int": "format(10**4000, '_d') * 10**6", "bit count": "(1 << 10**10).bit_count()", "hash": "hash(10**10**8)",
    # sizes
    "double list": "x = [0]\nwhile True: x += x", "double str": "x = 'a'\nwhile True: x = x + x", "double bytes": "x = b'a'\nwhile True: x *= 2", "double tuple": "x = (1,)\nwhile True: x = x + x", "double f": "x = 'a'\nwhile True: x = f'{x}{x}'", "double format": "x = 'a'\nwhile True: x = '{0}{0}'.format(x)", "double percent": "x = 'a'\nwhile True: x = '%s%s' % (x, x)", "double join": "x = 'a'\nwhile True: x = x.join([x, x])",
    "double star": "x = [1]\nwhile True: x = [*x, *x]", "double slice": "x = [1]\nwhile True: x[len(x):] = x", "double set": "x = {1}\nwhile True: x = x | {len(x) + i for i in range(len(x))}", "double dict": "d = {}\nwhile True: d = {**d, **{len(d) + i: i for i in range(len(d) + 1)}}", "double bytearray": "x = bytearray(b'a')\nwhile True: x.extend(x)", "double deque": "x = collections.deque([1])\nwhile True: x += x",
    "append": "x = []\nwhile True: x.append('a' * 10000 + str(len(x)))", "append small": "x = []\nwhile True: x.append(len(x))", "keep lists": "x = []\nwhile True: x = [x, [0] * 1000]", "keep ints": "x = {}\nn = 0\nwhile True:\n    x[n] = n\n    n += 1", "keep objects": "x = []\nwhile True: x.append(Plain())", "keep closures": "x = []\nwhile True: x.append(lambda x=x: x)", "keep errors": "x = []\nwhile True:\n    try: 1 / 0\n    except Exception as e: x.append(e)",
    "keep generators": "x = []\nwhile True:\n    x.append(endless())\n    next(x[-1])", "mult str": "'a' * 10**10", "mult list": "[0] * 10**10", "mult index": "x = [[]] * 10**9", "zeros": "bytes(10**10)", "bytearray": "bytearray(10**10)", "ljust": "'a'.ljust(10**10)", "zfill": "'1'.zfill(10**10)", "center": "'a'.center(10**9 * 5)", "expandtabs": "('\\t' * 1000).expandtabs(10**7)", "replace": "('a' * 10**5).replace('a', 'b' * 10**5)",
    "replace empty": "('a' * 10**6).replace('', 'b' * 10**4)", "translate": "('a' * 10**6).translate({97: 'b' * 10**4})", "percent width": "'%*d' % (10**10, 1)", "format width": "f'{1:{10**10}}'", "format method": "'{:>10000000000}'.format(1)", "format spec": "format(1.5, '.2000000000f')", "split": "len((',' * 10**7).split(','))", "splitlines": "len(('\\n' * 10**7).splitlines())", "encode": "('é' * 10**8).encode('utf-7')", "casefold": "('ß' * 10**8).casefold()",
    "list of range": "list(range(10**9))", "tuple range": "tuple(range(10**9))", "set range": "set(range(10**8))", "sorted range": "sorted(range(10**8), key=lambda x: -x)", "reversed": "list(reversed(range(10**9)))", "comprehension big": "[i for i in range(10**9)]", "dict comp": "{i: str(i) for i in range(10**9)}", "str join": "','.join(str(i) for i in range(10**9))", "product list": "list(itertools.product(range(100), repeat=5))", "powerset": "[set(c) for r in range(30) for c in itertools.combinations(range(30), r)]",
    "array mult": "array.array('d', [0]) * 10**9", "deque": "collections.deque([0]) * 10**9", "struct": "struct.pack('1000000000s', b'a')", "struct calc": "struct.Struct('999999999x').pack()", "zlib": "zlib.decompress(zlib.compress(b'a' * 10**7) )* 100", "zlib bomb": "zlib.decompress(zlib.compress(bytes(5 * 10**7)))", "base64": "base64.b64encode(bytes(9 * 10**7))", "json dumps": "json.dumps([0] * 10**7, indent=1000)", "json indent": "json.dumps([[1]] * 1000, indent=10**6)", "json nested": "x = []\nfor _ in range(10**5): x = [x]\njson.dumps(x)", "pformat": "pprint.pformat(list(range(10**6)), width=1)",
    "textwrap": "textwrap.indent('a\\n' * 10**6, ' ' * 1000)", "textwrap fill": "textwrap.fill('a b ' * 10**6, width=1)", "dedent": "textwrap.dedent(' \\t a\\n' * 10**6)", "Template": "string.Template('$x' * 10**4).substitute(x='a' * 10**5)", "escape": "html.escape('<' * 10**8)", "quote": "urllib.parse.quote('é' * 10**7)", "hexlify": "binascii.hexlify(bytes(10**8))", "StringIO": "s = io.StringIO()\nwhile True: s.write('a' * 10**6)", "BytesIO": "s = io.BytesIO()\ns.seek(10**10)\ns.write(b'a')", "truncate": "s = io.BytesIO()\ns.truncate(10**10)",
    "tee memory": "a, b = itertools.tee(itertools.count())\nfor _ in a: pass", "lru": "@functools.lru_cache(maxsize=None)\ndef f(n): return [n] * 1000\nn = 0\nwhile True:\n    f(n)\n    n += 1", "nested repr": "x = []\nfor _ in range(50): x = [x, x]\nrepr(x)", "nested str": "x = ()\nfor _ in range(40): x = (x, x)\nstr(x)", "nested eq": "a, b = [], []\nfor _ in range(40): a, b = [a, a], [b, b]\na == b", "nested hash": "x = ()\nfor _ in range(40): x = (x, x)\nhash(x)", "deep copy": "x = []\nfor _ in range(30): x = [[*x], [*x], x]\ncopy.deepcopy(x)", "deep nest": "x = ()\nfor _ in range(10**6): x = (x,)\nhash(x)",
    "value nested": "x = []\nfor _ in range(40): x = [x, x]\nx", "value big": "'a' * 5 * 10**7", "error text": "raise ValueError('a' * 5 * 10**7)", "error nested": "x = []\nfor _ in range(40): x = [x, x]\nraise ValueError(x)", "print nested": "x = []\nfor _ in range(40): x = [x, x]\nprint(x)", "deep chain": "x = iter([])\nfor _ in range(10**5): x = itertools.chain(x, [1])\nlist(x)", "deep map": "x = [1]\nfor _ in range(10**5): x = map(abs, x)\nlist(x)", "deep partial": "f = len\nfor _ in range(10**5): f = functools.partial(f)\nf([])",
    "deep alias": "x = int\nfor _ in range(10**5): x = list[x]\nhash(x)", "deep union": "x = int\nfor i in range(10**4): x = x | tuple[i,]\nhash(x)", "deep chainmap": "x = collections.ChainMap()\nfor _ in range(10**4): x = collections.ChainMap(x)\nx['a']", "deep error": "e = None\nfor _ in range(10**6):\n    n = ValueError(1)\n    n.__cause__ = e\n    e = n\nraise e", "deep context": "def f(n):\n    try: 1 / 0\n    except Exception: f(n - 1) if n else 1 / 0\nf(150)",
    # text
    "regex": "re.match('(a+)+$', 'a' * 40 + 'b')", "regex sub": "re.sub('(a|aa)+b', '', 'a' * 60)", "regex findall": "re.findall('(.*)*x', 'a' * 50)", "regex big": "re.compile('(' * 200 + 'a' + ')' * 200 + '{1000}' * 3)", "regex repeat": "re.compile('((((a{1,999}){1,999}){1,999}){1,999})')", "difflib": "difflib.SequenceMatcher(None, 'ab' * 20000, 'ba' * 20000).ratio()", "ndiff": "list(difflib.ndiff(['ab' * 99 + str(i) for i in range(300)], ['ba' * 99 + str(i) for i in range(300)]))", "close": "difflib.get_close_matches('ab' * 5000, ['ba' * 5000] * 99)",
    "find": "('a' * 10**6 + 'b').find('a' * 5 * 10**5 + 'c')", "count": "('a' * 10**7).count('ab' * 10**5)", "in": "('a' * 10**5 + 'b') * 9 in 'a' * 10**7", "rsplit": "('ab' * 10**7).rsplit('a')", "normalize": "unicodedata.normalize('NFD', '\\u0390' * 10**7)", "compare": "sorted(['a' * 10**6 + str(i) for i in range(90)] * 9)", "json loads": "json.loads('[' * 10**6)", "json number": "json.loads('9' * 10**6)", "literal eval": "ast.literal_eval('(' * 90 + '1' + ')' * 90)", "strptime": "datetime.datetime.strptime('1' * 10**6, '%d' * 1000)", "strftime": "datetime.datetime.now().strftime('%A' * 10**6)",
    "hash md5": "hashlib.md5(bytes(10**9))", "pbkdf2": "hashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**9)", "scrypt": "hashlib.scrypt(b'a', salt=b'b', n=2**20, r=8, p=1)", "shake": "hashlib.shake_128(b'a').digest(10**9)", "ip list": "list(ipaddress.ip_network('0.0.0.0/0'))", "ip subnets": "list(ipaddress.ip_network('::/0').subnets(new_prefix=120))", "ip collapse": "list(ipaddress.summarize_address_range(ipaddress.ip_address('1::'), ipaddress.ip_address('ffff::1')))", "topological": "g = graphlib.TopologicalSorter({i: range(i) for i in range(9000)})\nlist(g.static_order())", "quantiles": "statistics.quantiles(range(10**7))",
    "calendar": "calendar.TextCalendar().formatyear(2024, w=10**7)", "randbytes": "random.randbytes(10**9)", "getrandbits": "random.getrandbits(10**10)", "token": "secrets.token_hex(10**9)", "uuid": "while True: uuid.uuid4()", "now": "while True: datetime.datetime.now()", "log": "while True: logging.error('x')", "warn": "while True: warnings.warn('x' * 1000)", "traceback": "while True:\n    try: 1 / 0\n    except Exception: traceback.format_exc()", "timeit": "timeit.timeit('pass', number=10**10)", "namedtuple loop": "while True: collections.namedtuple('A', 'x')", "class loop": "while True: type('A', (), {})",
    "tool": "while True: echo([1] * 1000)", "tool big": "x = []\nwhile True: x.append(echo(['a' * 100] * 10000))", "callback": "apply(lambda x: [0 for _ in endless() if 0])", "callback catch": "def f(x):\n    while True:\n        try: apply(f)\n        except Exception: pass\napply(f)", "parallel": "parallel(lambda x: [0 for _ in endless() if 0], range(9))", "slow tool": "nap(30)", "await slow tool": "await nap_later(30)",
}  # fmt: skip
"""By name: each would run for ever, for very long, or take very much."""

SHIELDS = {
    "bare": "{0}", "except": "while True:\n    try:\n        {2}\n    except Exception: pass", "bare except": "while True:\n    try:\n        {2}\n    except: pass", "except base": "while True:\n    try:\n        {2}\n    except BaseException: continue",
    "finally": "try:\n    {1}\nfinally:\n    {1}", "finally continue": "while True:\n    try:\n        {2}\n    finally: continue", "finally return": "def f():\n    while True:\n        try:\n            {3}\n        finally: return f()\nf()", "nested finally": "try:\n    try:\n        {2}\n    finally:\n        {2}\nfinally:\n    {1}",
    "with": "while True:\n    with Swallow():\n        {2}", "suppress": "while True:\n    with contextlib.suppress(Exception):\n        {2}", "suppress base": "while True:\n    with contextlib.suppress(BaseException):\n        {2}", "exit": "with Slow():\n    {1}", "exit stack": "with contextlib.ExitStack() as stack:\n    stack.callback(busy)\n    stack.push(lambda *a: True)\n    {1}", "manager": "with manager():\n    {1}",
    "generator close": "def g():\n    try: yield 1\n    finally:\n        {2}\nx = g()\nnext(x)\nx.close()", "generator drop": "def g():\n    try: yield 1\n    finally:\n        {2}\nx = g()\nnext(x)\ndel x", "generator throw": "def g():\n    while True:\n        try: yield 1\n        except Exception:\n            {3}\nx = g()\nnext(x)\nx.throw(ValueError())", "generator left": "def g():\n    try: yield 1\n    finally:\n        {2}\nx = g()\nnext(x)",
    "eq": "class A:\n    def __eq__(self, other):\n        {2}\n    def __hash__(self): return 1\n{{A(): 1}}[A()]", "hash": "class A:\n    def __hash__(self):\n        {2}\n{{A()}}", "repr": "class A:\n    def __repr__(self):\n        {2}\nprint([A()])", "value repr": "class A:\n    def __repr__(self):\n        {2}\nA()", "format": "class A:\n    def __format__(self, spec):\n        {2}\nf'{{A()}}'", "bool": "class A:\n    def __bool__(self):\n        {2}\nwhile A(): pass", "len": "class A:\n    def __len__(self):\n        {2}\nlen(A())",
    "iter": "class A:\n    def __iter__(self): return self\n    def __next__(self):\n        {2}\nsum(A())", "key": "def k(x):\n    {1}\nsorted([1, 2], key=k)", "cmp": "def k(a, b):\n    {1}\nsorted([1, 2, 3], key=functools.cmp_to_key(k))", "map": "def k(x):\n    {1}\nlist(map(k, [1, 2]))", "reduce": "def k(a, b):\n    {1}\nfunctools.reduce(k, [1, 2])", "re": "def k(m):\n    {1}\nre.sub('a', k, 'aaa')", "json": "def k(m):\n    {1}\njson.dumps({{1: Plain()}}, default=k)", "object hook": "def k(m):\n    {1}\njson.loads('{{}}', object_hook=k)",
    "str error": "class E(Exception):\n    def __str__(self):\n        {2}\nraise E()", "error in handler": "try: 1 / 0\nexcept Exception:\n    {1}", "error in else": "try: pass\nexcept Exception: pass\nelse:\n    {1}", "init": "class A:\n    def __init__(self):\n        {2}\nA()", "post init": "@dataclasses.dataclass\nclass A:\n    x: int = 0\n    def __post_init__(self):\n        {2}\nA()", "property": "class A:\n    @property\n    def x(self):\n        {2}\nA().x", "class body": "class A:\n    {1}", "decorator": "def d(f):\n    {1}\n@d\ndef f(): pass",
    "default": "def f(x=[0 for _ in [1]]):\n    {1}\nf()", "lambda call": "def k():\n    {1}\n(lambda: k())()", "callback tool": "def k(x):\n    {1}\napply(k)", "cached": "@functools.lru_cache\ndef k():\n    {1}\nk()", "missing": "class A(dict):\n    def __missing__(self, key):\n        {2}\nA()['x']", "getitem": "class A:\n    def __getitem__(self, i):\n        {2}\nlist(A())", "contains": "class A:\n    def __contains__(self, i):\n        {2}\n1 in A()", "add": "class A:\n    def __radd__(self, o):\n        {2}\nsum([A()])", "index": "class A:\n    def __index__(self):\n        {2}\n[1][A()]",
    "stream": "class A:\n    def write(self, text):\n        {2}\nprint('x', file=A())", "handler": "class A(logging.Handler):\n    def emit(self, record):\n        {2}\nlogging.root.addHandler(A())\nlogging.error('x')", "match": "class A:\n    __match_args__ = ('x',)\n    @property\n    def x(self):\n        {2}\nmatch A():\n    case A(1): pass", "lt": "class A:\n    def __lt__(self, o):\n        {2}\nsorted([A(), A()])", "copy": "class A:\n    def __deepcopy__(self, memo):\n        {2}\ncopy.deepcopy([A()])", "exec": "exec({4!r})", "exec loop": "while True:\n    try: exec({4!r})\n    except Exception: pass",
    "thread of tasks": "async def job():\n    while True:\n        try: await asyncio.sleep(0)\n        except BaseException: pass\nfor _ in range(3): asyncio.create_task(job())\nawait asyncio.sleep(0)\n{0}", "shield": "async def job():\n    while True:\n        try: await asyncio.sleep(5)\n        finally: continue\nawait asyncio.shield(asyncio.create_task(job()))", "async with": "class A:\n    async def __aenter__(self): return self\n    async def __aexit__(self, *a):\n        {2}\nasync with A():\n    {1}", "async finally": "async def main():\n    try:\n        {2}\n    finally:\n        {2}\nawait main()",
}  # fmt: skip
"""By name, with the engine in it: `{0}` as it is, `{1}` to `{3}` indented so often, `{4}` as a text."""

PRELUDE = """\
import array, ast, asyncio, base64, binascii, calendar, collections, contextlib, copy, csv, dataclasses, datetime, decimal, difflib, enum, fractions, functools, graphlib, hashlib, heapq, html, io, ipaddress, itertools, json
import logging, math, operator, pprint, random, re, secrets, statistics, string, struct, sys, textwrap, time, timeit, traceback, unicodedata, urllib.parse, uuid, warnings, zlib
def endless():
    while True: yield 1
class Endless:
    def __iter__(self): return self
    def __next__(self): return 1
class Plain:
    def __init__(self): self.a = self.b = 1
class Swallow:
    def __enter__(self): return self
    def __exit__(self, *a): return True
class Slow:
    def __enter__(self): return self
    def __exit__(self, *a):
        while True: pass
def busy(*a):
    while True: pass
@contextlib.contextmanager
def manager():
    while True:
        try: yield
        except Exception: pass
        finally: busy()
"""


def write(rng: random.Random) -> tuple[str, str]:
    """Writes a program: its name, and its text.

    Args:
        rng: Who chooses.
    """
    engine = rng.choice(list(ENGINES))
    shields = [rng.choice(list(SHIELDS)) for _ in range(rng.choice((0, 1, 1, 1, 2)))]
    text = ENGINES[engine]
    for shield in shields:
        text = within(SHIELDS[shield], text)
    return " in ".join([engine, *shields]), text


def within(shield: str, text: str) -> str:
    """Puts an engine into a shield.

    Args:
        shield: One of `SHIELDS`.
        text: The engine, or one that is in a shield already.
    """
    return shield.format(text, *(text.replace("\n", "\n" + "    " * depth) for depth in (1, 2, 3)), text)

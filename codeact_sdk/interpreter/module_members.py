"""Which members of which standard modules model code may import: chosen one by one.

Chosen are members that compute on their arguments. Left out is what reads or changes the process, opens files, runs
text as code, or keeps settings for everybody. Members that need replacing stand in `modules`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from codeact_sdk.later import imported

MEMBERS: dict[str, str] = {
    "abc": "ABC",
    "ast": "",
    "asyncio": "",
    "array": "array",
    "base64": "b64encode b64decode urlsafe_b64encode urlsafe_b64decode standard_b64encode standard_b64decode b32encode "
    "b32decode b16encode b16decode b85encode b85decode a85encode a85decode",
    "binascii": "hexlify unhexlify crc32 a2b_hex b2a_hex a2b_base64 b2a_base64 Error",
    "bisect": "bisect bisect_left bisect_right insort insort_left insort_right",
    "calendar": "monthrange isleap leapdays weekday month_name month_abbr day_name day_abbr timegm monthcalendar MONDAY "
    "TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY JANUARY FEBRUARY IllegalMonthError IllegalWeekdayError",
    "cmath": "acos acosh asin asinh atan atanh cos cosh e exp inf infj isclose isfinite isinf isnan log log10 nan nanj phase "
    "pi polar rect sin sinh sqrt tan tanh tau",
    "collections": "Counter OrderedDict defaultdict deque namedtuple ChainMap",
    "collections.abc": "Awaitable Callable Collection Container Coroutine Generator Hashable ItemsView Iterable Iterator "
    "KeysView Mapping MappingView MutableMapping MutableSequence MutableSet Reversible Sequence Set Sized ValuesView AsyncIterable "
    "AsyncIterator AsyncGenerator Buffer",
    "colorsys": "rgb_to_hls rgb_to_hsv rgb_to_yiq hls_to_rgb hsv_to_rgb yiq_to_rgb",
    "contextlib": "contextmanager asynccontextmanager suppress nullcontext closing ExitStack AsyncExitStack",
    "copy": "copy deepcopy",
    "csv": "reader writer DictReader DictWriter QUOTE_ALL QUOTE_MINIMAL QUOTE_NONNUMERIC QUOTE_NONE Error",
    "dataclasses": "field fields is_dataclass replace astuple KW_ONLY InitVar FrozenInstanceError MISSING",
    "datetime": "date datetime time timedelta timezone tzinfo UTC MINYEAR MAXYEAR",
    "decimal": "Decimal ROUND_CEILING ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN ROUND_HALF_UP ROUND_UP "
    "ROUND_05UP InvalidOperation DivisionByZero DecimalException Inexact Rounded Overflow Underflow Subnormal Clamped "
    "FloatOperation DivisionUndefined DivisionImpossible InvalidContext ConversionSyntax DecimalTuple MAX_PREC MAX_EMAX MIN_EMIN",
    "difflib": "SequenceMatcher Differ get_close_matches ndiff unified_diff context_diff restore IS_LINE_JUNK IS_CHARACTER_JUNK",
    "enum": "auto unique member nonmember property verify CONTINUOUS NAMED_FLAGS UNIQUE",
    "fractions": "Fraction",
    "functools": "reduce partial lru_cache cache cached_property cmp_to_key partialmethod",
    "graphlib": "TopologicalSorter CycleError",
    "hashlib": "md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 blake2b blake2s new",
    "heapq": "heapify heappush heappop heappushpop heapreplace merge nlargest nsmallest",
    "hmac": "new digest compare_digest",
    "html": "escape unescape",
    "io": "StringIO BytesIO",
    "ipaddress": "ip_address ip_network ip_interface IPv4Address IPv4Network IPv6Address IPv6Network IPv4Interface IPv6Interface "
    "AddressValueError NetmaskValueError summarize_address_range collapse_addresses",
    "itertools": "accumulate batched chain combinations combinations_with_replacement compress count cycle dropwhile "
    "filterfalse groupby islice pairwise permutations product repeat starmap takewhile tee zip_longest",
    "json": "JSONDecodeError",
    "keyword": "iskeyword issoftkeyword",
    "logging": "",
    "math": "acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist e erf erfc exp exp2 expm1 fma "
    "fabs factorial floor fmod frexp fsum gamma gcd hypot inf isclose isfinite isinf isnan isqrt lcm ldexp lgamma log log10 "
    "log1p log2 modf nan nextafter perm pi pow prod radians remainder sin sinh sqrt sumprod tan tanh tau trunc ulp",
    "numbers": "Complex Integral Number Rational Real",
    "operator": "abs add and_ concat contains countOf eq floordiv ge getitem gt index indexOf inv invert is_ is_not "
    "itemgetter le lshift lt matmul mod mul ne neg not_ or_ pos pow rshift sub truediv truth xor "
    "length_hint setitem delitem call iadd isub imul itruediv ifloordiv imod iand ior ixor iconcat",
    "os.path": "basename commonpath commonprefix curdir dirname extsep isabs join normcase normpath pardir pathsep sep split "
    "splitdrive splitext splitroot",
    "pprint": "saferepr isreadable isrecursive",
    "random": "Random SystemRandom",
    "re": "",
    "secrets": "choice randbelow randbits token_bytes token_hex token_urlsafe compare_digest",
    "statistics": "mean fmean geometric_mean harmonic_mean median median_low median_high median_grouped mode multimode "
    "quantiles pstdev pvariance stdev variance correlation covariance linear_regression NormalDist StatisticsError "
    "kde kde_random",
    "string": "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits printable punctuation whitespace "
    "capwords Template",
    "sys": "",
    "struct": "pack unpack pack_into unpack_from calcsize iter_unpack error",
    "textwrap": "wrap fill shorten dedent indent",
    "time": "time time_ns perf_counter perf_counter_ns monotonic monotonic_ns process_time process_time_ns thread_time "
    "thread_time_ns asctime ctime timezone altzone daylight tzname strptime gmtime localtime mktime struct_time",
    "timeit": "default_timer",
    "traceback": "",
    "types": "SimpleNamespace MappingProxyType NoneType EllipsisType NotImplementedType",
    "typing": "Annotated Any AnyStr Callable ClassVar Collection Concatenate Container DefaultDict Deque Dict Final FrozenSet "
    "Generic Generator Hashable Iterable Iterator List Literal LiteralString Mapping MutableMapping MutableSequence "
    "NamedTuple Never NewType NoReturn NotRequired Optional ParamSpec Protocol Required Self Sequence Set Sized Tuple Type "
    "TypeAlias TypeGuard TypeVar TypedDict Union Counter OrderedDict Awaitable Coroutine AsyncIterator AsyncIterable "
    "SupportsInt SupportsFloat SupportsIndex SupportsAbs SupportsRound SupportsBytes SupportsComplex TYPE_CHECKING cast "
    "Text AbstractSet ChainMap ItemsView KeysView ValuesView MappingView MutableSet Reversible AsyncGenerator TypeVarTuple "
    "Unpack TypeIs ReadOnly TypeAliasType NoDefault assert_never assert_type is_typeddict",
    "unicodedata": "bidirectional category combining decimal decomposition digit east_asian_width is_normalized lookup "
    "mirrored name normalize numeric unidata_version",
    "urllib.parse": "urlparse urlunparse urlsplit urlunsplit urljoin quote quote_plus unquote unquote_plus urlencode parse_qs "
    "parse_qsl urldefrag",
    "uuid": "UUID uuid3 uuid4 uuid5 NAMESPACE_DNS NAMESPACE_URL NAMESPACE_OID NAMESPACE_X500",
    "warnings": "",
    "zlib": "crc32 adler32 compress error Z_BEST_COMPRESSION Z_BEST_SPEED Z_DEFAULT_COMPRESSION MAX_WBITS",
    "zoneinfo": "ZoneInfoNotFoundError",
}
"""Module name to member names, separated by spaces. A member that this Python does not have is left out."""

MAY_BE_INHERITED: dict[str, str] = {
    "abc": "ABC",
    "collections": "Counter OrderedDict defaultdict deque",
    "collections.abc": "Collection Container Iterable Iterator Mapping MutableMapping MutableSequence MutableSet Sequence Set "
    "Sized Hashable Callable Generator",
    "enum": "Enum IntEnum StrEnum Flag IntFlag",
    "typing": "Generic NamedTuple Protocol TypedDict",
    "json": "JSONDecodeError",
    "decimal": "InvalidOperation DecimalException",
    "statistics": "StatisticsError",
}
"""Members that own classes may inherit from."""

OWN_ONLY: dict[str, str] = {
    "abc": "abstractmethod",
    "dataclasses": "dataclass",
    "functools": "total_ordering",
    "typing": "final runtime_checkable no_type_check override",
}
"""Decorators that write to what they decorate: they take the program's own functions and classes only."""


@lru_cache(maxsize=256)
def standard_members(name: str) -> Mapping[str, object]:
    """The chosen members of a standard module, read-only; none where no member of it was chosen."""
    if name not in MEMBERS:
        return MappingProxyType({})
    module = imported(name)
    return MappingProxyType(
        {member: getattr(module, member) for member in MEMBERS[name].split() if hasattr(module, member)}
    )

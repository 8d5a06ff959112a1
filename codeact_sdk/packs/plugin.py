"""One plugin, from its entry point to what it offers; whatever is wrong becomes a `PluginError`."""

from __future__ import annotations

import difflib
import importlib
import inspect
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

import pluggy

from codeact_sdk.errors import PluginError
from codeact_sdk.packs import hookspecs
from codeact_sdk.packs.around import AFTER, BEFORE, CallHook
from codeact_sdk.packs.pack import ToolPack
from codeact_sdk.packs.sources import Source, range_fault, sdk_version, version_fault
from codeact_sdk.tools.type_rules import PluginRule, RuleError, read_rules

_HOOKS = tuple(name for name, value in vars(hookspecs).items() if hasattr(value, f"{hookspecs.PROJECT}_spec"))
_PREFIX = "codeact_"

Kind = Literal["namespace", "model scheme", "module", "call hooks", "observers", "type"]


@dataclass(frozen=True)
class Offer:
    """One thing that a plugin offers under a name."""

    kind: Kind
    name: str
    value: Any  # a ToolPack, a factory, a facade, a CallHook, or a type with its rule: by its kind
    source: Source


def load_source(source: Source) -> list[Offer]:
    """Imports a plugin, checks it and asks its hooks what it offers.

    Raises:
        PluginError: It cannot be used; its traceback is kept where something raised.
    """
    installed = sdk_version()
    if fault := version_fault(source.requires, installed=installed, distribution=source.distribution):
        raise source.error(fault, kind="version")
    try:
        target = _import(source)
        offers = [_pack_offer(target, source)] if isinstance(target, ToolPack) else _ask_hooks(target, source)
    except KeyboardInterrupt:
        raise
    except PluginError as error:
        if error.distribution:
            raise
        raise source.error(error.reason, traceback=traceback.format_exc()) from error
    except BaseException as error:  # a plugin may raise SystemExit, and the others must still work
        raise source.error(f"it raised {_words(error)}", traceback=traceback.format_exc()) from error
    return offers


def _import(source: Source) -> object:
    module_name, _, attribute = source.value.partition("[")[0].replace(" ", "").partition(":")
    try:
        target: object = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise source.error(_missing_module(source, module_name, error), traceback=traceback.format_exc()) from error
    except (KeyboardInterrupt, PluginError):
        raise
    except BaseException as error:
        raise source.error(
            f"importing {module_name} raised {_words(error)}", traceback=traceback.format_exc()
        ) from error
    for name in filter(None, attribute.split(".")):
        try:
            target = getattr(target, name)
        except AttributeError:
            raise source.error(_missing_attribute(source, target, name)) from None
    return target


def _words(error: BaseException) -> str:
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - an exception's text is code of the plugin
        text = ""
    name = type(error).__name__
    return f"{name}: {text}" if text else name


def _missing_module(source: Source, module: str, error: ModuleNotFoundError) -> str:
    missing = error.name or ""
    if missing and (module == missing or module.startswith(f"{missing}.")):
        return f"its entry point is {source.value!r}, and there is no module {missing}: reinstall {source.distribution}"
    return (
        f"importing {module} raised {_words(error)}: install what is missing, "
        f"or tell the author of {source.distribution} that a dependency is not declared"
    )


def _missing_attribute(source: Source, owner: object, name: str) -> str:
    packs = [key for key, value in _members(owner) if isinstance(value, ToolPack)]
    near = packs or difflib.get_close_matches(name, [key for key, _ in _members(owner)], n=3)
    hint = f"; did its author mean {' or '.join(near)}?" if near else ""
    return f"its entry point is {source.value!r}, and there is no {name!r} in {_title(owner)}{hint}"


def _members(owner: object) -> list[tuple[str, object]]:
    return [(key, value) for key, value in getattr(owner, "__dict__", {}).items() if not key.startswith("_")]


def _title(target: object) -> str:
    return (
        f"module {target.__name__}" if isinstance(target, ModuleType) else f"an object of type {type(target).__name__}"
    )


def _pack_offer(pack: ToolPack, source: Source) -> Offer:
    if pack.requires_sdk:
        fault = range_fault(pack.requires_sdk, installed=sdk_version(), distribution=source.distribution)
        if fault:
            raise source.error(fault, kind="version")
    if not pack.tools:
        raise source.error(
            f"pack {pack.namespace!r} has no tools: its author marks functions with @pack.tool, "
            "and imports the modules that do so from the module that the entry point names"
        )
    return Offer("namespace", pack.namespace, pack, source)


def _ask_hooks(target: object, source: Source) -> list[Offer]:
    hooks = _register(target, source)
    offers = [_pack_offer(pack, source) for pack in _packs(hooks, source)]
    for scheme, factory in _mapping("codeact_models", hooks.codeact_models(), source).items():
        if not callable(factory):
            raise source.error(f"codeact_models gives {factory!r} for {scheme!r}: give a callable that makes a model")
        offers.append(Offer("model scheme", scheme, factory, source))
    for name, members in _mapping("codeact_modules", hooks.codeact_modules(), source).items():
        if not isinstance(members, Mapping):
            raise source.error(
                f"codeact_modules gives {_title(members)} for {name!r}: "
                "give a mapping of the chosen members, {'loads': json.loads}, never the module itself"
            )
        offers.append(Offer("module", name, dict(members), source))
    return [*offers, *_types(hooks, source), *_around(hooks, source), *_observers(hooks, source)]


def _types(hooks: Any, source: Source) -> list[Offer]:
    """The rules of a plugin for types, under the types' full names."""
    try:
        rules = {kind: rule for result in hooks.codeact_types() for kind, rule in read_rules(result).items()}
    except RuleError as error:
        raise source.error(f"codeact_types {error}") from None
    return [
        Offer(
            "type",
            f"{kind.__module__}.{kind.__qualname__}",
            (kind, PluginRule(rule=rule, plugin=source.name, distribution=source.origin)),
            source,
        )
        for kind, rule in rules.items()
    ]


def _observers(hooks: Any, source: Source) -> list[Offer]:
    """What makes the observers of a plugin, where it has some."""
    makers: list[object] = []
    for result in hooks.codeact_observers():
        if not isinstance(result, Iterable) or isinstance(result, str | Mapping):
            raise source.error(f"codeact_observers returns {_title(result)}: return a list of functions")
        makers += result
    wrong = [maker for maker in makers if not callable(maker)]
    if wrong:
        raise source.error(f"codeact_observers gives {_title(wrong[0])}: give functions that make an observer")
    name = f"{source.distribution}:{source.name}"
    return [Offer("observers", name, (source.name, source.origin, tuple(makers)), source)] if makers else []


def _around(hooks: Any, source: Source) -> list[Offer]:
    """The hooks of a plugin around calls, where it has some."""
    callers = {name: getattr(hooks, name) for name in (BEFORE, AFTER)}
    before, after = (caller if caller.get_hookimpls() else None for caller in callers.values())
    if before is None and after is None:
        return []
    hook = CallHook(plugin=source.name, distribution=source.origin, before=before, after=after)
    return [Offer("call hooks", f"{source.distribution}:{source.name}", hook, source)]


def _register(target: object, source: Source) -> Any:
    """Lets pluggy check the hooks of one plugin, in a manager of its own, so that plugins cannot disturb each other."""
    if inspect.isclass(target) or inspect.isroutine(target) or not (_own_functions(target) or _hook_names(target)):
        raise source.error(_not_a_plugin(target, source))
    if faults := _misspelt(target):
        raise source.error("; ".join(faults))
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(target, name=source.name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise source.error(f"a hook is not as specified: {error}\nthe specification: {_specified(target)}") from error
    return manager.hook


def _specified(target: object) -> str:
    hooks = sorted(set(_hook_names(target).values()).intersection(_HOOKS))
    return ", ".join(f"{hook}{inspect.signature(getattr(hookspecs, hook))}" for hook in hooks)


def _hook_names(target: object) -> dict[str, str]:
    """The marked functions of a plugin with the hook that each implements; pluggy may be told that one is optional."""
    reader = pluggy.PluginManager(hookspecs.PROJECT)
    found = ((name, reader.parse_hookimpl_opts(target, name)) for name in dir(target))
    return {
        name: "" if options.get("optionalhook") else options.get("specname") or name
        for name, options in found
        if options is not None
    }


def _own_functions(target: object) -> list[str]:
    """Names that look like hooks and were defined by the plugin, rather than imported into it."""
    home = target.__name__ if isinstance(target, ModuleType) else type(target).__module__
    functions = ((name, inspect.getattr_static(target, name, None)) for name in dir(target))
    return [
        name
        for name, value in functions
        if name.startswith(_PREFIX) and inspect.isfunction(value) and value.__module__ == home
    ]


def _misspelt(target: object) -> list[str]:
    marked = _hook_names(target)
    faults = [f"{hook} is not a hook{_nearest_hook(hook)}" for hook in marked.values() if hook and hook not in _HOOKS]
    for name in _own_functions(target):
        if name in marked:
            continue
        if name in _HOOKS:
            faults.append(f"{name} is not marked: write @codeact_sdk.hookimpl above it")
        else:
            faults.append(f"{name} is not a hook{_nearest_hook(name)} (names that begin with {_PREFIX} are for hooks)")
    return faults


def _nearest_hook(name: str) -> str:
    short = [hook.removeprefix(_PREFIX) for hook in _HOOKS]  # the prefix would make all of them alike
    near = difflib.get_close_matches(name.removeprefix(_PREFIX), short, n=1)
    return f": did its author mean {_PREFIX}{near[0]}?" if near else f": the hooks are {', '.join(sorted(_HOOKS))}"


def _not_a_plugin(target: object, source: Source) -> str:
    packs = [name for name, value in _members(target) if isinstance(value, ToolPack)]
    if isinstance(target, ModuleType) and packs:
        return (
            f"its entry point names a module that has no hooks: to offer its pack, "
            f"write {source.value + ':' + packs[0]!r} in place of {source.value!r}"
        )
    what = f"the class {target.__name__}" if inspect.isclass(target) else _title(target)
    return (
        f"its entry point is {source.value!r}, which is {what}: it must be a ToolPack, or a module or object with hooks"
    )


def _packs(hooks: Any, source: Source) -> list[ToolPack]:
    packs: list[ToolPack] = []
    for result in hooks.codeact_packs():
        if not isinstance(result, Iterable) or isinstance(result, str | Mapping):
            raise source.error(f"codeact_packs returns {_title(result)}: return a list of ToolPacks")
        for pack in result:
            if not isinstance(pack, ToolPack):
                raise source.error(f"codeact_packs gives {_title(pack)}: give ToolPacks")
            packs.append(pack)
    return packs


def _mapping(hook: str, results: list[object], source: Source) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for result in results:
        if not isinstance(result, Mapping) or not all(isinstance(key, str) for key in result):
            raise source.error(f"{hook} returns {_title(result)}: return a mapping with names as keys")
        merged.update(result)
    return merged

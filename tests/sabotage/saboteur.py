"""Every function of the engine and of radiobiology, and ways to break one of them wherever it is bound."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from fractions import Fraction
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any
from unittest import mock

import numpy as np

import reirrad

PACKAGES = ("reirrad.engine", "reirrad.radiobiology")
NAN = float("nan")
#: What a dataclass or a named tuple writes itself, and what only prints.
_GENERATED = frozenset({"__repr__", "__eq__", "__hash__", "__setattr__", "__delattr__", "__getstate__", "__setstate__"})


class SabotageError(RuntimeError):
    """Raised by a function that was broken."""


def _nothing(_call: Callable[[], Any]) -> Any:
    return None


def _nan(_call: Callable[[], Any]) -> Any:
    return NAN


def _raises(_call: Callable[[], Any]) -> Any:
    raise SabotageError("sabotage")


def _floats_are_nan(call: Callable[[], Any]) -> Any:
    return ruined(call(), whole=False)


def _numbers_are_nan(call: Callable[[], Any]) -> Any:
    return ruined(call(), whole=True)


#: What a broken function does, given what would call the true one.
WAYS: dict[str, Callable[[Callable[[], Any]], Any]] = {
    "raises": _raises,
    "None": _nothing,
    "NaN": _nan,
    "floats are NaN": _floats_are_nan,
    "numbers are NaN": _numbers_are_nan,
}


def ruined(value: Any, *, whole: bool) -> Any:
    """Return a result with NaN for every floating-point number and fraction in it, and for whole numbers on request."""
    if isinstance(value, (bool, np.bool_, str)):
        return value
    if isinstance(value, (float, np.floating, Fraction)) or (whole and isinstance(value, (int, np.integer))):
        return NAN
    if isinstance(value, np.ndarray):
        return _ruined_array(value, whole=whole)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(ruined(item, whole=whole) for item in value))
    if isinstance(value, (list, tuple)):
        return type(value)(ruined(item, whole=whole) for item in value)
    if isinstance(value, dict):
        return {key: ruined(item, whole=whole) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        # made anew, as any code would have to
        return replace(
            value, **{field.name: ruined(getattr(value, field.name), whole=whole) for field in fields(value)}
        )
    if inspect.isgenerator(value):
        return (ruined(item, whole=whole) for item in value)
    return value


def _ruined_array(array: Any, *, whole: bool) -> Any:
    if array.dtype.kind == "f" or (whole and array.dtype.kind in "iu"):
        return np.full(array.shape, np.nan)
    if array.dtype == object:
        result = np.empty(array.shape, dtype=object)
        for index in np.ndindex(array.shape):
            result[index] = ruined(array[index], whole=whole)
        return result
    return array


@dataclass(frozen=True)
class Target:
    """A function, or a member of a class, and every place that it is bound to."""

    name: str
    true: Any
    places: tuple[tuple[Any, str], ...]

    @property
    def code(self) -> CodeType:
        """The code that runs when it is called."""
        for name in ("__func__", "fget", "func", "__wrapped__"):
            if hasattr(self.true, name):
                return inspect.unwrap(getattr(self.true, name)).__code__
        return self.true.__code__  # type: ignore[no-any-return]

    @contextmanager
    def replaced(self, way: Callable[[Callable[[], Any]], Any]) -> Iterator[list[bool]]:
        """Break the function; what is given is true as soon as it was called."""
        called: list[bool] = []

        def broken(function: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(function)
            def wrapper(*args: Any, **kwargs: Any) -> Any:
                called.append(True)
                return way(lambda: function(*args, **kwargs))

            return wrapper

        replacement = _rebuilt(self.true, broken)
        forget_all()
        with ExitStack() as stack:
            stack.callback(forget_all)
            for owner, name in self.places:
                if isinstance(replacement, functools.cached_property):
                    replacement.__set_name__(owner, name)
                stack.enter_context(mock.patch.object(owner, name, replacement))
            yield called


def _rebuilt(member: Any, broken: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Any:
    """Return a member of the same kind around the broken function."""
    if isinstance(member, property):
        return property(broken(member.fget))  # type: ignore[arg-type]
    if isinstance(member, functools.cached_property):
        return functools.cached_property(broken(member.func))
    if isinstance(member, (classmethod, staticmethod)):
        return type(member)(broken(member.__func__))
    return broken(member)


def _modules() -> list[ModuleType]:
    """Import everything, so that every name that is bound to a function is known."""
    found = pkgutil.walk_packages(reirrad.__path__, "reirrad.")
    names = sorted(item.name for item in found if not item.name.endswith("__main__"))
    for name in names:
        importlib.import_module(name)
    return [module for name, module in sorted(sys.modules.items()) if name.split(".")[0] == "reirrad"]


def _is_function(item: Any) -> bool:
    return isinstance(item, FunctionType) or hasattr(item, "cache_clear")


@functools.cache
def targets() -> list[Target]:
    """Return every function, method and property that the two packages define."""
    modules = _modules()
    bound: dict[int, list[tuple[Any, str]]] = {}
    for module in modules:
        for name, item in vars(module).items():
            if _is_function(item):
                bound.setdefault(id(item), []).append((module, name))
    found: dict[str, Target] = {}
    for module in modules:
        if module.__name__.startswith(PACKAGES):
            for name, item in list(vars(module).items()):
                if getattr(item, "__module__", None) != module.__name__:
                    continue
                if _is_function(item):
                    found[f"{module.__name__}.{name}"] = Target(
                        f"{module.__name__}.{name}", item, tuple(bound[id(item)])
                    )
                elif isinstance(item, type):
                    found |= {target.name: target for target in _members(module.__name__, item)}
    return list(found.values())


def _members(module: str, owner: type) -> Iterator[Target]:
    kinds = (FunctionType, property, functools.cached_property, classmethod, staticmethod)
    for name, item in list(vars(owner).items()):
        inner = getattr(item, "__func__", getattr(item, "fget", getattr(item, "func", item)))
        is_own = getattr(inner, "__module__", None) == module or name == "__init__"
        if isinstance(item, kinds) and is_own and name not in _GENERATED:
            yield Target(f"{module}.{owner.__name__}.{name}", item, ((owner, name),))


def called_by(act: Callable[[], Any]) -> list[Target]:
    """Return the functions that something calls, in alphabetical order."""
    codes = set()

    def profile(frame: FrameType, event: str, _argument: Any) -> None:
        if event == "call":
            codes.add(frame.f_code)

    forget_all()
    sys.setprofile(profile)
    try:
        act()
    finally:
        sys.setprofile(None)
    return sorted((target for target in targets() if target.code in codes), key=lambda target: target.name)


def forget_all() -> None:
    """Empty the caches of the two packages, so that nothing of a broken function outlives it."""
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGES):
            for item in vars(module).values():
                if hasattr(item, "cache_clear"):
                    item.cache_clear()

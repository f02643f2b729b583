"""Wraps public callables so that every outermost call with concrete values is reported.

Functions are replaced wherever a module of Keras or of TensorFlow's public interface holds them; classes stay what they
are, and their constructors and the method by which they are used are replaced in them.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Iterable
from typing import Any, Protocol

from examples.frameworks import keras, tf
from examples.recording.public import ROOTS, Public, aliases
from examples.recording.values import Spec, Unrecordable, specify


class Listener(Protocol):
    """Hears of calls: the name, how the object was constructed (None for functions), and the arguments."""

    def wants(self, name: str, *, nested: bool) -> bool: ...

    def report(self, name: str, made: Spec | None, call: Spec, *, nested: bool) -> None: ...


class Recorder:
    """What is wrapped, and the specifications of the objects that were constructed.

    Reported are outermost calls that succeed: of Keras those that a test makes, of TensorFlow those that Keras makes.
    A function of Keras that an object calls, as a loss calls the function of its name, is reported as nested.
    """

    def __init__(self, publics: Iterable[Public], listener: Listener) -> None:
        self._listener = listener
        self._functions = {True: 0, False: 0}  # of Keras and of TensorFlow: public functions that are under way
        self._objects = 0  # of Keras: objects that are in use
        self._names: dict[int, str] = {}
        self._things: list[Any] = []  # keeps what `_names` knows by identity alive
        self._classes: dict[type, Public] = {}
        self._made: dict[int, tuple[Any, Spec | None]] = {}
        for public in publics:
            self._know(public.thing, public.name)
            if isinstance(public.thing, type):
                self._classes[public.thing] = public
            else:
                self._replace_function(public)
        for cls, method in _own_methods(self._classes):
            setattr(cls, method, self._used(getattr(cls, method), method))
        for cls in self._classes:
            setattr(cls, "__init__", self._constructed(cls, getattr(cls, "__init__")))  # noqa: B009, B010

    def forget(self) -> None:
        """Let the objects of the last test go."""
        self._made.clear()

    def _know(self, thing: Any, name: str) -> None:
        self._names[id(thing)] = name
        self._things.append(thing)

    def _name_of(self, value: Any) -> str | None:
        return self._names.get(id(value))

    def _made_as(self, value: Any) -> Spec | None:
        known = self._made.get(id(value))
        return known[1] if known is not None and known[0] is value else None

    def _specify(self, value: Any) -> Spec:
        return specify(value, self._name_of, self._made_as)

    def _call(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Spec:
        self._functions[False] += 1  # looking at a value calls functions that are wrapped too
        try:
            return {
                "args": [self._specify(value) for value in args],
                "kwargs": {name: self._specify(value) for name, value in kwargs.items() if name != "name"},
            }
        finally:
            self._functions[False] -= 1

    def _replace_function(self, public: Public) -> None:
        function = public.thing

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            call, nested = None, public.is_keras and self._objects > 0
            if self._functions[public.is_keras] == 0 and tf.executing_eagerly():
                call = self._looked_at(public.name, args, kwargs, nested=nested)
            self._functions[public.is_keras] += 1
            try:
                result = function(*args, **kwargs)
            finally:
                self._functions[public.is_keras] -= 1
            if call is not None:
                self._listener.report(public.name, None, call, nested=nested)
            return result

        replacement = tf.autograph.experimental.do_not_convert(wrapper)
        self._know(replacement, public.name)
        for name in aliases(public.name):
            _set(name, replacement)
        if public.is_keras:
            for module in [one for key, one in sys.modules.items() if key.startswith("keras.")]:
                for attribute, value in list(vars(module).items()):
                    if value is function:
                        setattr(module, attribute, replacement)

    def _looked_at(self, name: str, args: Any, kwargs: Any, *, nested: bool = False) -> Spec | None:
        """The specification of a call before it is made, which may change its arguments; it is told if it succeeds."""
        try:
            return self._call(args, kwargs) if self._listener.wants(name, nested=nested) else None
        except (Unrecordable, RecursionError):
            return None

    def _constructed(self, cls: type, init: Any) -> Any:
        recorder = self

        @functools.wraps(init)
        def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            if type(self) is cls:
                recorder._remember(self, args, kwargs)
            init(self, *args, **kwargs)
            if type(self) is cls:
                recorder._tell_of(self)

        wrapper.__signature__ = inspect.signature(init)  # type: ignore[attr-defined]  # Keras reads it off the class
        return wrapper

    def _remember(self, thing: Any, args: Any, kwargs: Any) -> None:
        try:
            spec: Spec | None = {"new": self._classes[type(thing)].name, **self._call(args, kwargs)}
        except (Unrecordable, RecursionError):
            spec = None
        self._made[id(thing)] = (thing, spec)

    def _tell_of(self, thing: Any) -> None:
        """Report an object of a class that is told by its settings alone."""
        public, spec = self._classes[type(thing)], self._made_as(thing)
        if spec and public.use == "__init__" and self._listener.wants(public.name, nested=False):
            self._listener.report(spec["new"], spec, {"args": [], "kwargs": {}}, nested=False)

    def _used(self, function: Any, method: str) -> Any:
        recorder = self

        @functools.wraps(function)
        def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
            public = recorder._classes.get(type(self))
            if public is None:  # a class of the test: what it calls is as good as what the test calls
                return function(self, *args, **kwargs)
            made = recorder._made_as(self)
            outermost = recorder._objects == 0 and recorder._functions[True] == 0 and tf.executing_eagerly()
            call = None
            if public.use == method and made is not None and outermost:
                call = recorder._looked_at(public.name, args, kwargs)
            recorder._objects += 1
            try:
                result = function(self, *args, **kwargs)
            finally:
                recorder._objects -= 1
            if call is not None:
                recorder._listener.report(public.name, made, call, nested=False)
            return result

        return wrapper


def _own_methods(classes: dict[type, Public]) -> list[tuple[type, str]]:
    """Where the methods by which classes are used are defined, each place once."""
    found: dict[tuple[type, str], None] = {}
    for cls, public in classes.items():
        if public.use and public.use != "__init__":
            owner = next((base for base in cls.__mro__ if public.use in vars(base)), None)
            if owner is not None and owner.__module__.startswith("keras."):
                found[owner, public.use] = None
    return list(found)


def _set(name: str, value: Any) -> None:
    """Put a value in the place of a public name, where there is such a place."""
    root, *parts, leaf = name.split(".")
    module: Any = ROOTS[root]
    for part in parts:
        module = getattr(module, part, None)
    if module is not None and hasattr(module, leaf):
        setattr(module, leaf, value)


def seed() -> None:
    """The same random numbers in every run of a test."""
    keras.utils.set_random_seed(0)

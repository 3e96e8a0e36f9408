"""How behaviour is written once and runs two ways.

A function marked `@behaviour` is plain Python when Python calls it, so that Mesa steps the agents
with it, and machine code when the compiled ensemble calls it. It may take numbers, booleans and
actors, and may call other behaviours; strings, lists, dictionaries and `self.model` stay outside.

The ensemble keeps actors as records of a NumPy array. The fields of a record are the annotated
attributes of the actor's class (`record_type`), so one set of names serves both.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import get_annotations
from typing import Any, get_type_hints

import numpy as np
from numba.extending import register_jitable
from pydantic import BaseModel

DEATH_WINDOW = 90  # days of deaths that a truce remembers; the bound of model.violence_days

FIELD_TYPES: dict[Any, Any] = {
    float: np.float64,
    int: np.int64,
    bool: np.bool_,
    np.ndarray: (np.int64, (DEATH_WINDOW,)),
}


def behaviour[F: Callable[..., Any]](function: F) -> F:
    """Mark a function or method as runnable by Mesa and by the compiled ensemble alike."""
    # All of a day in one piece of machine code: calls that hand on a theatre took half of the time.
    marked: F = register_jitable(forceinline=True)(function)
    return marked


_FIELDS: dict[type, dict[str, Any]] = {}


def numeric_fields(kind: type) -> dict[str, Any]:
    """Return the names and NumPy types of the annotated numbers, booleans and arrays of a class."""
    if kind not in _FIELDS:
        _FIELDS[kind] = _annotated(kind)
    return _FIELDS[kind]


def _annotated(kind: type) -> dict[str, Any]:
    declared: dict[str, Any]
    if issubclass(kind, BaseModel):
        declared = {name: field.annotation for name, field in kind.model_fields.items()}
    else:
        own = get_annotations(kind)
        declared = {name: hint for name, hint in get_type_hints(kind).items() if name in own}
    return {name: FIELD_TYPES[hint] for name, hint in declared.items() if hint in FIELD_TYPES}


@cache
def record_type(kind: type) -> np.dtype[np.void]:
    """Return the structured type whose fields are the annotated attributes of a class."""
    return np.dtype(list(numeric_fields(kind).items()), align=True)


def as_records(actors: list[Any], kind: type) -> np.ndarray:
    """Copy actors into an array of records, in order."""
    names = numeric_fields(kind)
    values = [tuple([getattr(actor, name) for name in names]) for actor in actors]
    return np.array(values, dtype=record_type(kind))


def start_at_zero(actor: Any) -> None:
    """Give every annotated number, boolean and array of an actor the value zero."""
    kind: Any = type(actor)
    numbers, arrays = _zeros(kind)
    vars(actor).update(numbers)
    for name, zero in arrays.items():
        setattr(actor, name, zero.copy())


@cache
def _zeros(kind: type) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    zeros = {name: np.zeros((), dtype=field) for name, field in numeric_fields(kind).items()}
    numbers = {name: zero.item() for name, zero in zeros.items() if zero.ndim == 0}
    return numbers, {name: zero for name, zero in zeros.items() if zero.ndim}


class Record:
    """An actor-like thing that is no Mesa agent: its annotated attributes start at zero."""

    def __init__(self, **values: Any) -> None:
        start_at_zero(self)
        if values:
            self._take(values)

    def _take(self, values: dict[str, Any]) -> None:
        if unknown := values.keys() - numeric_fields(type(self)).keys():
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(unknown))}")
        vars(self).update(values)

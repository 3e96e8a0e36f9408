"""How behaviour is written once and runs two ways.

A function marked `@behaviour` is plain Python when Python calls it, so that Mesa steps the agents
with it, and machine code when the compiled ensemble calls it. It may take numbers, booleans and
actors, and may call other behaviours; strings, lists, dictionaries and `self.model` stay outside.

The ensemble keeps actors as records of a NumPy array. The fields of a record are the annotated
attributes of the actor's class (`record_type`), so one set of names serves both.
"""

from __future__ import annotations

from collections.abc import Callable
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


def record_type(kind: type) -> np.dtype[np.void]:
    """Return the structured type whose fields are the annotated attributes of a class."""
    return np.dtype(list(numeric_fields(kind).items()), align=True)


def as_records(actors: list[Any], kind: type) -> np.ndarray:
    """Copy actors into an array of records, in order."""
    records = np.zeros(len(actors), dtype=record_type(kind))
    for record, actor in zip(records, actors, strict=True):
        for name in records.dtype.names or ():
            record[name] = getattr(actor, name)
    return records


def start_at_zero(actor: Any) -> None:
    """Give every annotated number, boolean and array of an actor the value zero."""
    for name, kind in numeric_fields(type(actor)).items():
        zero = np.zeros((), dtype=kind)
        setattr(actor, name, zero if zero.ndim else zero.item())


class Record:
    """An actor-like thing that is no Mesa agent: its annotated attributes start at zero."""

    def __init__(self, **values: Any) -> None:
        start_at_zero(self)
        for name in numeric_fields(type(self)).keys() & values.keys():
            setattr(self, name, values.pop(name))
        if values:
            raise TypeError(f"{type(self).__name__} has no field {', '.join(sorted(values))}")

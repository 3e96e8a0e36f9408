"""What is wrong with a value, in plain words: expected, written and probably meant."""

from __future__ import annotations

import datetime
import math
import types
from collections.abc import Mapping as AnyMapping
from typing import Any, Union, get_args, get_origin

from sim.parameters import Section
from sim.scenario.definition import TIME_VARYING, unit_of
from sim.scenario.scalars import (
    as_date,
    as_number,
    intended_boolean,
    intended_date,
    intended_number,
    intended_whole_number,
)
from sim.scenario.tree import Mapping, Node, Scalar, Sequence
from sim.scenario.words import did_you_mean, number, printable

_EXPECTED: dict[type, str] = {
    bool: "must be yes or no: true or false",
    int: "must be a whole number",
    float: "must be a number",
    str: "must be text",
    datetime.date: "must be a date such as 2021-11-09",
}


def fault(error: AnyMapping[str, Any], model: type[Section], field: str, node: Node) -> str:
    """Return the words for one pydantic error about `field` of `model`, written at `node`."""
    kind = str(error["type"])
    if kind.endswith("_type"):
        return wrong_type(value_type(model, field), node)
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"must be {allowed_range(model, field)}{wrote(node)}"
    if kind == "string_pattern_mismatch" and field == "target":
        return _wrong_target(node)
    return f"{_text_fault(kind, error)}{wrote(node)}"


def _text_fault(kind: str, error: AnyMapping[str, Any]) -> str:
    known = {
        "finite_number": "must be a finite number",
        "string_too_short": "must not be empty",
        "string_pattern_mismatch": "must not contain control characters",
        "string_unicode": "must be text without half characters (lone surrogates)",
    }
    if kind == "string_too_long":
        return f"must have at most {error['ctx']['max_length']} characters"
    return known.get(kind, str(error["msg"]))


def value_type(model: type[Section], field: str) -> type:
    """Return the plain type of a field, with ``| None`` taken off."""
    annotation: Any = model.model_fields[field].annotation
    if get_origin(annotation) in (Union, types.UnionType):
        return next(kind for kind in get_args(annotation) if kind is not type(None))  # type: ignore[no-any-return]
    return annotation  # type: ignore[no-any-return]


def allowed_range(model: type[Section], field: str) -> str:
    """Return the bounds and unit of a field, such as ``between 0 and 1 (share)``."""
    limits = {type(limit).__name__: limit for limit in model.model_fields[field].metadata}
    unit = unit_of(model, field)
    words = f"between {number(limits['Ge'].ge)} and {number(limits['Le'].le)}"
    return f"{words} ({unit})" if unit else words


def wrong_type(expected: type, node: Node) -> str:
    """Message for a value of the wrong type, with a hint where the intention can be guessed."""
    if expected is not str and _is_beyond_numbers(node):
        return f"must be a finite number{wrote(node)}"
    return f"{_EXPECTED[expected]}{wrote(node)}{_hint(expected, node)}"


def _is_beyond_numbers(node: Node) -> bool:
    value = node.value if isinstance(node, Scalar) else None
    return isinstance(value, float) and not math.isfinite(value)


def _hint(expected: type, node: Node) -> str:
    if not isinstance(node, Scalar):
        return ""
    if node.quoted and _would_fit_unquoted(expected, node.written):
        return "; remove the quotes"
    meant = _meant(expected, node)
    return f"; did you mean {meant}?" if meant else ""


def _would_fit_unquoted(expected: type, text: str) -> bool:
    if expected is bool:
        return text.lower() in ("true", "false")
    if expected is datetime.date:
        return as_date(text) is not None
    return expected is not str and as_number(text) is not None


def _meant(expected: type, node: Scalar) -> str | None:
    if expected is bool:
        return intended_boolean(node.value, node.written)
    if expected is datetime.date:
        return intended_date(node.written)
    if expected is str:
        return f'"{printable(node.written)}"'
    if expected is int:
        return intended_whole_number(node.value, node.written)
    return intended_number(node.value, node.written)


def _wrong_target(node: Node) -> str:
    written = str(node.value) if isinstance(node, Scalar) else ""
    choices = [
        f"{section}.{field}" if section == "state" else f"{section}.{index}.{field}"
        for section, fields in TIME_VARYING.items()
        for field in fields
        for index in ((0,) if section == "state" else (0, 1, 2))
    ]
    ask = "must name an input that can change in time"
    return f"{ask}{wrote(node)}{did_you_mean(written, choices)}"


def wrote(node: Node) -> str:
    """Return the end of a message: what stands in the file."""
    return f" (you wrote {shown(node)})"


def shown(node: Node) -> str:
    """Return the value as it was written, made safe to print and short."""
    if isinstance(node, Scalar):
        text = printable(node.written)
        return f'"{text}"' if node.quoted or not text else text
    if isinstance(node, Sequence):
        return "a list" if node.items else "an empty list"
    return "a section" if isinstance(node, Mapping) else "nothing"

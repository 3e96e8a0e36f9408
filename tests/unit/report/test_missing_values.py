"""Data of figures in which a value is missing."""

from __future__ import annotations

import pandas
import pytest

from sim.report.saving import _plain_value


@pytest.mark.parametrize("missing", [None, float("nan"), pandas.NA, pandas.NaT])
def test_what_is_missing_is_null(missing: object) -> None:
    assert _plain_value(missing) is None


def test_what_is_there_stays() -> None:
    assert [_plain_value(cell) for cell in (0, "a", 1.5, False)] == [0, "a", 1.5, False]
    assert _plain_value(float("inf")) == "inf"

"""The machine and the versions that a table was measured with."""

from __future__ import annotations

import datetime
import os
import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("mesa", "numba", "numpy", "statsmodels", "survival")


def machine() -> dict[str, str]:
    """Describe the machine, its load, Python and the libraries."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {
        "date": datetime.date.today().isoformat(),
        "processor": processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "load before": load,
        "Python": platform.python_version(),
    } | {name: version(name) for name in LIBRARIES}


def processor() -> str:
    """Return the model of the processor."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"

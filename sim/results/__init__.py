"""The results folder of one ensemble: written whole or not at all, checked whenever it is read."""

from sim.results.ensemble import StoredEnsemble, read_ensemble, verify_ensemble, write_ensemble
from sim.results.folder import check_destination
from sim.results.manifest import runs_digest

__all__ = [
    "StoredEnsemble",
    "check_destination",
    "read_ensemble",
    "runs_digest",
    "verify_ensemble",
    "write_ensemble",
]

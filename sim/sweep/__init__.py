"""Sweeps: many points of a design, many runs of each, killed and resumed at will."""

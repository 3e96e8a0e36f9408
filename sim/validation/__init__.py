"""Validation: what the model is held against, and the set of parameters that survives it.

============== ===================================================================================
`targets`      patterns S1-S23 and claims F1-F11, each with source and tolerance
============== ===================================================================================

The model never imports this room; it reads the model only through scenarios and ensembles.
"""

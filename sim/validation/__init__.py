"""Validation: what the model is held against, and the set of parameters that survives it.

=============== ==================================================================================
`targets`       patterns S1-S23 and claims F1-F11, each with source and tolerance
`space`         what is calibrated, and the ranges of the prior
`world`         many conflicts under a vector of parameters, on two clocks
`summaries`,    the statistics of S1-S5 with their Monte-Carlo covariance
`weibull`
`likeness`      how like the data they are
`emulator`,     waves that rule out what cannot be
`history`
`smc`           approximate Bayesian computation within what is left
`known`         what has been run already
`calibration`   all of it in order: `make calibrate`
`recovery`      known parameters inferred back from simulated data: `make recovery`
`retained`,     the set that is shipped, and a scenario under each of its vectors
`members`
`account`       what the set says, as tables for docs/calibration.md
=============== ==================================================================================

The model never imports this room; it reads the model only through scenarios and ensembles.
"""

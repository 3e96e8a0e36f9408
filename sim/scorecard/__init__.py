"""The scorecard: what the model gives for every pattern and claim, and whether it is met.

=============== ==================================================================================
`measured`      what is known of one pattern: of the middle vector with its error, and of the set
`ratios`        hazard ratios of the same conflicts with and without a change
`measures`      how each kind of pattern is measured
`card`          all patterns in order, each with its verdict
`account`       the scorecard as JSON rows, as tables of a page, and as a report
=============== ==================================================================================
"""

"""The scorecard: what the model gives for every pattern and claim, and whether it is met.

=============== ==================================================================================
`measured`      what is known of one pattern: of the middle vector with its error, and of the set
`ratios`        hazard ratios of the same conflicts with and without a change
`fitted`        S1-S5, which the set was chosen by
`cases`         patterns of one truce, and the comprehensive strategy taken apart
`selected`      S23, monitors sent to hard cases
`severity`      S22, the law of deaths
`card`          all patterns in order, each with its verdict
`account`       the scorecard as a report
`rows`          as plain data
`page`          as the generated parts of docs/scorecard.md
`wording`       how its numbers are spelled
`writing`       in a terminal and on disk
=============== ==================================================================================
"""

"""Inquiries: what moves the results, which conditions make truces hold, and why.

All of it is said of the equations of the model, not of the world. `docs/inquiry.md` says how to
read the answers.

What moves the results (`truce sensitivity`):

===================== ============================================================================
`measures`            the four numbers that are asked about, in batches of runs
`screening`           Morris: elementary effects, and how much of them is luck
`variance_shares`     Sobol' indices, with and without the noise of the runs
`followups`           the studies that a sensitivity analysis runs
`sensitivity`         the whole of it: screening, indices, convergence
===================== ============================================================================

Which conditions make truces hold (`truce discover`, `truce levers`):

===================== ============================================================================
`goal`                a goal in words: columns, comparisons, and, or
`conditions`          the points of a sweep as a matrix, and limits on its columns
`boxes`, `stability`  PRIM: boxes full of points that meet the goal, and which limits are firm
`tree`, `regional`    a shallow tree; factors that differ between points that meet it and not
`discovery`           the whole of it
`lever`, `changes`    what a policymaker can change; the smallest change that reaches a goal
`vectors`             the same under other parameters
===================== ============================================================================

Why (`truce attribute`):

===================== ============================================================================
`players`             the mechanisms and inputs that days are shared out among
`shapley`             Shapley values, exact or from permutations, for every run at once
`attribution`         the whole of it
===================== ============================================================================
"""

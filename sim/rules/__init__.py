"""The theory: small pure functions of numbers, one file per question.

Each rule states its Claim, Formula, Source and Expected direction. Status marks of sources are
those of `sim.parameters`.
"""

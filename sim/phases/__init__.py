"""The phases of the day, in files by what they are about; `sim.day` runs them in order.

A phase takes the theatre and consults the actors' behaviours; its docstring begins with its number.
"""

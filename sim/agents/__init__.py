"""The actors: who holds what, and when they consult a rule.

Each behaviour is also a name of its module (`review = MilitantGroup.review`), which is how
compiled code finds it: a record has fields but no methods.
"""

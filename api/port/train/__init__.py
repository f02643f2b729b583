"""Training code: data sets, states, losses under a tape, steps, schedules; on top of expressions, statements, classes.

May import the walk over a source, the plans of calls, what is written, and source.
"""

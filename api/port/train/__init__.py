"""Training code: data sets, states, losses under a tape, steps, schedules; on top of expressions, statements, classes.

May import the text of models, statements and expressions, plans, what is written, and source.
"""

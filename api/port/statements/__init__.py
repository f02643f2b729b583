"""The text of statements: imports, assignments, what is changed in place and who else would see it.

May import the text of expressions, plans, what is written, and source.
"""

"""The text of expressions: calls, names, operators, indexing.

May import the plans of calls, what is written, and source.
"""

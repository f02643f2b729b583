"""The walk over a source: expressions, statements, classes and training code, each on top of the one before.

May import the plans of calls, what is written, and source.
"""

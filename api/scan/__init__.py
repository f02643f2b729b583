"""The calls of a source with their twins and the differences that their arguments trigger.

May import lookup, source and the loader's published documents.
"""

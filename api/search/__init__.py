"""Words and questions to mappings: reading a query, ranking, highlighting, one page of results.

May import lookup and the loader's names, text and published documents.
"""

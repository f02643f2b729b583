"""Names and ids to the mappings that answer them: the database, spelling, suggestions, domain errors.

May import the loader's names, published documents and how texts are indexed; nothing of HTTP, search or scan.
"""

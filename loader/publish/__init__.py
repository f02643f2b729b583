"""What readers get: the documents of mappings and programs, and the pages that depend on no parameter.

May import `loader.model`, `loader.reading` and `loader.proof`; it knows nothing of the database.
"""

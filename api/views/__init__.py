"""The dataset for readers: pages, Markdown, static files, examples to paste.

May import lookup, search, scan and the loader's published documents.
"""

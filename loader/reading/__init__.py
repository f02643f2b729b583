"""Hand-written files to checked objects, every problem with its file, line and column.

May import `loader.model`.
"""

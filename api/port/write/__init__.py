"""Characters: spans of a source, code as a person writes it, the functions at the top of a ported file.

May import the plans of calls.
"""

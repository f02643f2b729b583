"""What is known of a reader's source: its tree, the names it uses, arguments bound, literal values.

May import the loader's published documents, and what is known of calls.
"""

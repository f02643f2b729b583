"""What becomes of one call: the answer of the dataset, bound to its arguments and specialised to what is known.

May import lookup and the loader.
"""

"""A source ported to the other framework: text in, text out, and what was left with the reason why.

May import lookup, source and what the loader publishes and specialises.
"""

"""What functions, methods and layers give: kind, dtype, shape.

May import what is known of a value, from the loader.
"""

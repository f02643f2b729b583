"""What a mapping is: the fields of the files, conditions, recipes and their inverse, public names and signatures.

May import the helpers of `loader`, and nothing else of it; the server imports this package.
"""

"""The text of models: classes that derive from nn.Module, layers, parameters, modes.

May import the text of statements and expressions, plans, what is written, and source.
"""

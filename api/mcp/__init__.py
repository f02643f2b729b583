"""The interface for chatbots and editors: tools over the Model Context Protocol.

May import lookup, search, source, scan and views; nothing of HTTP routes.
"""

"""The server process: how much of a connection is held, how long a client may take, how workers are renewed.

May import nothing else of this project.
"""

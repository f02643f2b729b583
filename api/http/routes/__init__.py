"""The addresses of the server, a router for each subject.

May import api.http and everything below it; routes do not import each other.
"""

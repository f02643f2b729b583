"""What surrounds every request: negotiation, kept answers, compression, headers, conditions.

May import api.http; middlewares know nothing of each other.
"""

"""What all HTTP answers share: problem documents, parameters, Accept, the OpenAPI document.

May import everything below it: lookup, search, scan, views.
"""

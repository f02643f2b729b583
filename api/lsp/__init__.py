"""The language server: what /scan says, in an editor, on the text as it is being written. Offline, on the database.

May import api.scan, api.search, api.lookup, api.source, api.settings, and the published model.
"""

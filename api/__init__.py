"""The server: settings, the application, the command line, and the interfaces in their packages.

Modules at this level may import every package of this room and the loader, but no framework.
"""

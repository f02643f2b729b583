"""Documents and pages to the rows of the database that is served.

May import everything else of `loader`; nothing imports it but the `build` command.
"""

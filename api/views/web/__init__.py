"""What browsers, crawlers and readers of feeds ask for beside the pages: addresses, a feed, offline reading.

May import the views' assets, look-ups and published documents.
"""

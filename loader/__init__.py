"""From hand-written mappings to the database that is served; no framework is imported.

Here stand the commands (`__main__`, `new`) and what every package below may import: files, hints, names, python_code
and text. The packages import from those before them only: model, reading, calls, proof, publish, checks, database.
"""

"""The walk over a source: expressions, statements, classes and training code, each on top of the one before."""

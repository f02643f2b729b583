"""Characters: spans of a source, code as a person writes it, the functions that stand at the top of a ported file."""

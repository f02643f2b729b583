"""Whether the mappings agree with the frameworks, with each other and with themselves: one rule, one function.

May import `loader.model`, `loader.reading`, `loader.proof` and what `loader.publish` derives.
"""

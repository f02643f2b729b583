"""What is run and what it showed: scripts, worked programs and the evidence of both; nothing is run here.

May import `loader.model` and `loader.reading`; the runner in `examples` imports this package.
"""

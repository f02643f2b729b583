"""What is known of the values of a call, and what follows from it. Text in, text out; nothing is run."""

"""Pure code on what is known of a call: a drop-in specialised to its arguments. Text in, text out; nothing is run."""

"""A drop-in evaluated in part: what is known of a call decides its branches and shortens its expressions."""

"""Fuzzing of everything that strangers or users hand in: valid inputs of ours, bent, and put together from parts."""

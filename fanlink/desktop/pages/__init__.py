"""One file for each noun: what a person sees of it and can do with it."""

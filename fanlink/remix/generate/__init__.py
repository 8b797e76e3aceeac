"""Layers that a model makes: from words, and a stem to follow where that is allowed, to a recording on the beat grid.

    wish ──engine (local child process | HTTP service)──> sound nobody trusts ──limited child──> FLAC by its PCM digest

Optional: with no model and no service named nothing is missing. What a model makes never changes afterwards: the asset
is frozen, and the recipe keeps its digest with the model, the licence, the words and the seed.
"""

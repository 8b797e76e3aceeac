"""Composes and synthesises FanLink's demo tracks from nothing but code: scores in, stereo stems out."""

"""Pieces that pages are made of. They know how to look and what was clicked, nothing of FanLink's documents."""

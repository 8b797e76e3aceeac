"""How it sounds: a recipe and stems in, audio out; the same recipe gives the same samples."""

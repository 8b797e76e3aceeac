"""How it sounds: arrays in, arrays out; the same recipe gives the same samples."""

"""How it sounds: arrays in, arrays out. The same recipe gives the same samples."""

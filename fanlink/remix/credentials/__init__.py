"""Who made a file, from what, and whether that is still so: signed content credentials and clearance certificates."""

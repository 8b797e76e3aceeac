"""How a home's database came to be what it is, step by step. A step is never edited and imports no live code."""

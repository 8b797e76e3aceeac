"""Does it hold? Real clients and the real write door on real files; only clock, chance, network and disk are simulated.

One seed decides everything. An auditor with a plain model of its own checks every answer and every copy.
"""

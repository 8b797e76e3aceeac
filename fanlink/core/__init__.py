"""What is true: the words of FanLink as values, and the rules they live by.

Standard library only. No I/O, no clock, no randomness, no floats for money.
"""

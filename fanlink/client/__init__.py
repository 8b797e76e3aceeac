"""How both sides agree: commands wait in the outbox, documents arrive in the replica, one thread moves both.

No screen, no Qt, no server. Time, randomness, transport and storage are passed in.
"""

"""The addresses of the API, room by room. Each module gives its router; what is allowed stands in `policy.py`."""

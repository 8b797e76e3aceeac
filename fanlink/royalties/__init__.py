"""Who is owed what: reports in, statements and payouts out, at any size. Imports only `core` and libraries."""

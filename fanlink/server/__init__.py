"""Who may do what: one write door, documents out, and the API around them. Imports core, remix, royalties and wire."""

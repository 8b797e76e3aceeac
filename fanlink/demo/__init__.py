"""See it work: a world of invented people, and the whole story of one remix, played through the real parts."""

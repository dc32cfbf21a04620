"""How good a network is, beside what needs no network."""

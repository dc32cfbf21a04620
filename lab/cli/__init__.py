"""`python -m lab ...`."""

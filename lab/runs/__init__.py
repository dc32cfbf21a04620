"""A run as a folder: its events, what they add up to, its files."""

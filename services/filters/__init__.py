"""Filters of the customer list: as SQL, in words, kept by name."""

"""Writing tables out."""

"""Opens a stranger's file, in a process of its own: see `__main__`."""

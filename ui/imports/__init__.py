"""Reading old sheets in: choose, look, correct, import, save what was refused."""

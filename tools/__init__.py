"""What `run.py` starts for those who work on Shuke: the checks, the catalogue, the showcase."""

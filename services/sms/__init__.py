"""Short messages without a gateway: texts, frozen batches, the platform's file, and what came of every message."""

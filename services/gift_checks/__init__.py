"""The owner's checks of the gift ledger: reconciliation, signals, monthly sample, spending against sales (spec 03 §7)."""

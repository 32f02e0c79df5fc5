"""The shop without a window: one module per noun, one sub-command per verb."""

"""Campaigns (活动): drafts, the release with its lot, messages and calls, answers, costs, and what they brought."""

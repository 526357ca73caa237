"""Waste collection: which bin is fetched when in which street, as a page, a subscription and a reminder file."""

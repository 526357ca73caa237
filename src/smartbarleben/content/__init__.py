"""Whatever the village publishes is an item of a registered kind; one registration carries it to every channel.

Models in `models.py` (shared) and `kinds.py` (one table per kind), registration in `registry.py` and `items.py`,
`presentation.py` turns a row into what every channel reads, `channels/` holds one file per channel.
"""

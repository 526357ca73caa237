"""One file for each channel: what an item looks like on paper, on a screen, in a calendar, in a feed, to a machine.

A channel takes an `ItemView` and asks nothing else about the item, so that a kind registered tomorrow has them all.
"""

"""The shape of the house: which room may lean on which, how rooms are furnished, what the settings promise."""

"""The search: an index of everything public, filled by other rooms' sources, and the reading of people's words."""

"""The village as files: a copy of everything public that needs no program, for the day when the money ends."""

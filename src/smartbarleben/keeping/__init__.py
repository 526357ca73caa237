"""The village outlives its machine: backups, bringing them back, trying that out, and the doctor of the house.

`archive`, `encrypting`, `belongings`, `sqlite_copy`, `postgres_server` and `unpacking` know no Django: bringing a
village back begins before there is one. Rooms above add what they know to `checks.register`.
"""

"""Rules that the database itself enforces: times that exclude each other, moves of a status, tables that only grow.

A program's good intentions end at the first UPDATE typed by hand or the second process. A room declares its guards
in `AppConfig.ready()` with `register`; they are made after every migration, because Django remakes SQLite tables and
their triggers are lost with them. `missing` says what should be there and is not.
"""

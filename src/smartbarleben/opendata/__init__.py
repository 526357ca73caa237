"""Everything public for programs: the data sets of all rooms as files and through the API, and what search engines
ask. Rooms register; nothing here knows them.
"""

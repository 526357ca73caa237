"""Timetables: takes over bus and train timetables (GTFS) and says what leaves next from the stops of the Ortschaften."""

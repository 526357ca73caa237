"""Timetables: takes over timetables of buses and trains (GTFS) and says what leaves next from the village's stops."""

"""The municipality as data: its name, Ortschaften, places and opening hours, and the number that every public change raises."""

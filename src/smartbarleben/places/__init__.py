"""The municipality as data: Ortschaften, places, opening hours, and the number that every public change raises."""

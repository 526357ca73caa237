"""The village's own map: what lies where, as a map and as a list, on tiles made from the municipality's own data."""

"""The public front of the house: home, lists, Ortschaften, strategy; composed from registries, it knows no domain by name."""

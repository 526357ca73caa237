"""The public front of the house, composed from registries: home, lists, Ortschaften, strategy."""

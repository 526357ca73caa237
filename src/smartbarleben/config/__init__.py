"""The roof: settings, addresses, start-up. It knows every room; no room knows it."""

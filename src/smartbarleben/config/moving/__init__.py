"""Carrying a village from one database into another: values, both kinds of databases, what makes it whole."""

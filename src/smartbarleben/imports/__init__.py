"""Imports: files and addresses of others become items, places and dates, again and again and without duplicates."""

"""Backups, bringing them back, and the doctor."""

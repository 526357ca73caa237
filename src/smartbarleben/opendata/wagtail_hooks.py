"""Wagtail looks for this module by name; the workspace itself is in `staff.py`."""

from .staff import register_viewsets

register_viewsets()

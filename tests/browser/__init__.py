"""The village as people meet it: the real server, Debian's Chromium, the data of Barleben."""

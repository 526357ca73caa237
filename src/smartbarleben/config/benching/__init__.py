"""The parts of `./village bench`: a village of 100,000 items, a bare twin of each page, a client that counts."""

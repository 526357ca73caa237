"""What the house notices about itself: logs without personal data, counts, slow statements, the probes for programs
and the page on which administrators see how the house is."""

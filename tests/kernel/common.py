"""What the kernel's property tests share."""

from hypothesis import HealthCheck, settings

# Two shared cores stall at times: a time limit for each example would fail tests at random.
_SLOW_MACHINE = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}

brief = settings(max_examples=60, **_SLOW_MACHINE)
thorough = settings(max_examples=200, **_SLOW_MACHINE)

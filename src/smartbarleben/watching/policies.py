"""Who sees how the house is: administrators, who look after background work, too."""

from smartbarleben.jobs.policies import may_operate as may_look

__all__ = ["may_look"]

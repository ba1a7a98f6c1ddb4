"""What is wrong with an installation: looked at from outside, while servers run or not; nothing is changed."""

from branchline.service.doctor.examine import examine
from branchline.service.doctor.finding import Finding, Severity

__all__ = ["Finding", "Severity", "examine"]

"""What holds for every test of the repository."""

from hypothesis import HealthCheck, settings

# How long an example takes says how busy the machine is. Speed is measured in bench/.
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laws")

"""What holds for every test: a property is judged by its examples, never by how fast a busy machine drew them."""

from hypothesis import HealthCheck, settings

settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

"""Janji: probes endpoints, keeps the books on availability, alerts, and serves a status page."""

__version__ = "0.1.0"

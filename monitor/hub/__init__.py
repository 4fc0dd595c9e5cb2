"""The hub: probes local locations, keeps the store, judges, owes and sends alerts, refreshes the page."""

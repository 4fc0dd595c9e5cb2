"""The public status page: frozen views to bytes. It never sees a store and never decides."""

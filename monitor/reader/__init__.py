"""Facts to frozen views: what pages, API and reports are given instead of a store."""

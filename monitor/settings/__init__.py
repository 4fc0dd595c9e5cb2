"""Settings: YAML turned into frozen, typed values, or into every mistake in it with its line."""

"""The authenticated API on the admin listener: figures, decisions and maintenance, for programs and colleagues."""

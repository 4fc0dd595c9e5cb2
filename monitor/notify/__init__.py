"""Messages to people, through Apprise. Imported by the hub only: its plugins cost time and memory."""

"""The database. Rows never leave this floor: methods speak the types of `core`."""

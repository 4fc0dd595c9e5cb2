"""Every table of this version. Whoever copies, compares or upgrades a whole database takes the tables from here.

A file with tables that is missing here would be missing from every copy: a test finds it.
"""

import monitor.storage.alert_tables
import monitor.storage.beat_tables
import monitor.storage.contact_table
import monitor.storage.hub_table
import monitor.storage.incident_table
import monitor.storage.loss_table
import monitor.storage.pause_tables
import monitor.storage.recurrence_table
import monitor.storage.renaming_table
import monitor.storage.sealed_tables
import monitor.storage.tables
import monitor.storage.vendor_table  # noqa: F401 - for what they define
from monitor.storage.table import Table

METADATA = Table.metadata

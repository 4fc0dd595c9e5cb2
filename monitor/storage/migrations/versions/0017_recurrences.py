"""Maintenances of one recurrence"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "recurrence",
        sa.Column("maintenance", sa.String(), nullable=False),
        sa.Column("series", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("maintenance", name=op.f("pk_recurrence")),
    )
    op.create_index(op.f("ix_recurrence_series"), "recurrence", ["series"])

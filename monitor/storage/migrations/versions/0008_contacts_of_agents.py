"""Contacts of agents"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0004"


def upgrade() -> None:

    op.create_table(
        "contact",
        sa.Column("location_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=True),
        sa.Column("backlog", sa.BigInteger(), nullable=True),
        sa.Column("dropped", sa.BigInteger(), nullable=True),
        sa.Column("oldest", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["location_no"], ["location.no"], name=op.f("fk_contact_location_no_location")),
        sa.PrimaryKeyConstraint("location_no", name=op.f("pk_contact")),
    )

"""What the spools of hubs gave up, and since when an agent's spool did"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("location_contact", sa.Column("dropped_since", sa.BigInteger(), nullable=True))
    op.add_column("location_contact", sa.Column("dropped_last", sa.BigInteger(), nullable=True))
    op.create_table(
        "loss",
        sa.Column("spool", sa.String(), nullable=False),
        sa.Column("location_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("results", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("last", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["location_no"], ["location.no"], name=op.f("fk_loss_location_no_location")),
        sa.PrimaryKeyConstraint("spool", "location_no", name=op.f("pk_loss")),
    )

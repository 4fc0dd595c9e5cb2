"""Pauses of components"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:

    op.create_table(
        "pause",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint('"start" < until', name=op.f("ck_pause_order")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_pause")),
    )
    op.create_index(op.f("ix_pause_component"), "pause", ["component"], unique=False)
    op.create_table(
        "resumption",
        sa.Column("pause_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["pause_no"], ["pause.no"], name=op.f("fk_resumption_pause_no_pause")),
        sa.PrimaryKeyConstraint("pause_no", name=op.f("pk_resumption")),
    )

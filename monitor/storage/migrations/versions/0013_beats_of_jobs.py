"""Beats of jobs, and when they could be heard"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:

    op.create_table(
        "beat",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("check_no", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("signal", sa.SmallInteger(), nullable=False),
        sa.Column("took_ms", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.CheckConstraint("signal between 0 and 2", name=op.f("ck_beat_signal")),
        sa.ForeignKeyConstraint(["check_no"], ["check_name.no"], name=op.f("fk_beat_check_no_check_name")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_beat")),
    )
    op.create_index("ix_beat_newest", "beat", ["check_no", "signal", "at"], unique=False)
    op.create_table(
        "listening",
        sa.Column("since", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gap", sa.BigInteger(), nullable=False),
        sa.Column("resumed", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_listening")),
    )

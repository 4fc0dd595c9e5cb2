"""Sealed days"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0003"


def upgrade() -> None:

    op.create_table(
        "sealed_block",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("check_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("location_no", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("block", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("day", "check_no", "location_no", name=op.f("pk_sealed_block")),
    )
    op.create_table(
        "sealed_day",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.Boolean(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.CheckConstraint("stage in ('sealing', 'sweeping', 'sealed', 'removed')", name=op.f("ck_sealed_day_stage")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_sealed_day")),
    )
    op.create_table(
        "late_result",
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("check_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("location_no", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.SmallInteger(), nullable=False),
        sa.Column("definition_no", sa.Integer(), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("total_ms", sa.Integer(), nullable=True),
        sa.Column("dns_ms", sa.Integer(), nullable=True),
        sa.Column("connect_ms", sa.Integer(), nullable=True),
        sa.Column("tls_ms", sa.Integer(), nullable=True),
        sa.Column("first_byte_ms", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("first_kind", sa.SmallInteger(), nullable=True),
        sa.Column("first_ms", sa.Integer(), nullable=True),
        sa.CheckConstraint("outcome between 0 and 3", name=op.f("ck_late_result_outcome")),
        sa.PrimaryKeyConstraint("slot", "check_no", "location_no", name=op.f("pk_late_result")),
        sqlite_with_rowid=False,
    )

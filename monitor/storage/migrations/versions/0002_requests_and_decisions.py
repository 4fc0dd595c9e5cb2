"""Requests and decisions"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:

    op.create_table(
        "request",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("check", sa.String(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.CheckConstraint("type in ('exclusion', 'correction')", name=op.f("ck_request_type")),
        sa.CheckConstraint('"start" < "end"', name=op.f("ck_request_order")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_request")),
    )
    op.create_table(
        "decision",
        sa.Column("request_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["request_no"], ["request.no"], name=op.f("fk_decision_request_no_request")),
        sa.PrimaryKeyConstraint("request_no", name=op.f("pk_decision")),
    )

"""Subscribers of the page, and what each of them is owed"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "subscriber",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("medium", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("medium in ('email', 'webhook')", name=op.f("ck_subscriber_medium")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_subscriber")),
        sa.UniqueConstraint("key", name=op.f("uq_subscriber_key")),
    )
    op.create_index("uq_subscriber", "subscriber", ["medium", "address"], unique=True)
    op.create_table(
        "subscriber_delivery",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("subscriber_no", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("outbox_no", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscriber_no"], ["subscriber.no"], name=op.f("fk_subscriber_delivery_subscriber_no_subscriber")
        ),
        sa.ForeignKeyConstraint(["outbox_no"], ["outbox.no"], name=op.f("fk_subscriber_delivery_outbox_no_outbox")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_subscriber_delivery")),
    )
    op.create_index("uq_subscriber_delivery", "subscriber_delivery", ["subscriber_no", "event"], unique=True)
    op.create_index(op.f("ix_subscriber_delivery_next_try"), "subscriber_delivery", ["next_try"], unique=False)

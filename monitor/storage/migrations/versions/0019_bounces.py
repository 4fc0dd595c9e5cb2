"""What bounced of the messages to a subscriber, and subscriptions that ended by it"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    with op.batch_alter_table("subscriber") as subscriber:
        subscriber.add_column(sa.Column("bounces", sa.Integer(), server_default="0", nullable=False))
        subscriber.add_column(sa.Column("bounced_since", sa.BigInteger(), nullable=True))
        subscriber.add_column(sa.Column("ended_at", sa.BigInteger(), nullable=True))
        subscriber.add_column(sa.Column("ended_why", sa.String(), server_default="", nullable=False))
    op.create_index(op.f("ix_subscriber_delivery_event"), "subscriber_delivery", ["event"], unique=False)

"""What channels were told of alerts, silences, links to acknowledge by"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    standing = _what_was_told()
    # Before anything refers to it: SQLite makes the table anew.
    with op.batch_alter_table("episode") as batch:
        batch.drop_column("last_reminder")
        batch.add_column(sa.Column("ended_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("urgency", sa.String(), server_default="page", nullable=False))
        batch.add_column(sa.Column("level", sa.Integer(), server_default="1", nullable=False))
        batch.add_column(sa.Column("flapping", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("settled", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("acked_at", sa.BigInteger(), nullable=True))
        batch.add_column(sa.Column("acked_by", sa.String(), server_default="", nullable=False))
        batch.add_column(sa.Column("facts", sa.JSON(), server_default="{}", nullable=False))
    told = op.create_table(
        "telling",
        sa.Column("episode_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("fired_at", sa.BigInteger(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("flapping", sa.Boolean(), nullable=False),
        sa.Column("recovered_at", sa.BigInteger(), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=True),
        sa.Column("held", sa.String(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["episode_no"], ["episode.no"], name=op.f("fk_telling_episode_no_episode")),
        sa.PrimaryKeyConstraint("episode_no", "channel", name=op.f("pk_telling")),
    )
    op.create_table(
        "silence",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("components", sa.JSON(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_silence")),
    )
    op.create_table(
        "ack_link",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("episodes", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("used_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_ack_link")),
    )
    op.create_table(
        "signing_key",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_signing_key")),
    )
    if standing:
        op.bulk_insert(told, standing)
    op.create_index("ix_episode_settled", "episode", ["settled", "ended_at"])
    op.execute(sa.text("update episode set settled = true, ended_at = recovered_at where recovered_at is not null"))
    op.add_column("outbox", sa.Column("about", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("outbox", sa.Column("format", sa.String(), server_default="text", nullable=False))
    op.add_column("outbox", sa.Column("link_no", sa.Integer(), nullable=True))
    op.create_index("ix_outbox_created_at", "outbox", ["created_at"])


def _what_was_told() -> list[dict[str, object]]:
    """Firings that have not recovered were told to their channels by the version before."""
    open_ones = sa.text("select no, channels, fired_at, last_reminder from episode where recovered_at is null")
    return [
        {
            "episode_no": no,
            "channel": channel,
            "fired_at": fired_at,
            "level": 1,
            "flapping": False,
            "reminders": 0,
            "last_at": last_reminder or fired_at,
            "held": "",
        }
        for no, channels, fired_at, last_reminder in op.get_bind().execute(open_ones)
        for channel in (json.loads(channels) if isinstance(channels, str) else channels)
    ]

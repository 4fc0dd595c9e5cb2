"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:

    op.create_table(
        "component",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("watermark", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("bridge", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_component")),
        sa.UniqueConstraint("id", name=op.f("uq_component_id")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "definition",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_definition")),
        sa.UniqueConstraint("digest", name=op.f("uq_definition_digest")),
    )
    op.create_table(
        "episode",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("component", sa.String(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("fired_at", sa.BigInteger(), nullable=False),
        sa.Column("recovered_at", sa.BigInteger(), nullable=True),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("last_reminder", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_episode")),
    )
    with op.batch_alter_table("episode", schema=None) as batch_op:
        batch_op.create_index("uq_episode", ["rule", "component", "start"], unique=True)

    op.create_table(
        "inbox",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("touched", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_inbox")),
    )
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger")),
        sa.UniqueConstraint("digest", name=op.f("uq_ledger_digest")),
    )
    op.create_table(
        "location",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_location")),
        sa.UniqueConstraint("name", name=op.f("uq_location_name")),
    )
    op.create_table(
        "notice",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("maintenance", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("requested_at", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=True),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("components", sa.JSON(), nullable=True),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notice_maintenance"), ["maintenance"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("next_try", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_next_try"), ["next_try"], unique=False)
        batch_op.create_index("uq_outbox", ["event", "channel", "target"], unique=True)

    op.create_table(
        "result",
        sa.Column("slot", sa.BigInteger(), nullable=False),
        sa.Column("check_no", sa.Integer(), nullable=False),
        sa.Column("location_no", sa.SmallInteger(), nullable=False),
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
        sa.CheckConstraint("outcome between 0 and 3", name=op.f("ck_result_outcome")),
        sa.PrimaryKeyConstraint("slot", "check_no", "location_no", name=op.f("pk_result")),
        postgresql_partition_by="RANGE (slot)",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settings_version",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("loaded_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_settings_version")),
    )
    op.create_table(
        "span",
        sa.Column("component_no", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.Column("inferred", sa.Boolean(), nullable=False),
        sa.CheckConstraint('"start" < "end"', name=op.f("ck_span_order")),
        sa.CheckConstraint("state between 0 and 3", name=op.f("ck_span_state")),
        sa.PrimaryKeyConstraint("component_no", "start", name=op.f("pk_span")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "token",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_token")),
        sa.UniqueConstraint("hash", name=op.f("uq_token_hash")),
    )
    op.create_table(
        "check_name",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("component_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("certificate_expires", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["component_no"], ["component.no"], name=op.f("fk_check_name_component_no_component")),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_check_name")),
    )
    with op.batch_alter_table("check_name", schema=None) as batch_op:
        batch_op.create_index("uq_check_name", ["component_no", "name"], unique=True)

    op.create_table(
        "check_terms",
        sa.Column("check_no", sa.Integer(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("locations", sa.JSON(), nullable=False),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("definition_no", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["check_no"], ["check_name.no"], name=op.f("fk_check_terms_check_no_check_name")),
        sa.ForeignKeyConstraint(
            ["definition_no"], ["definition.no"], name=op.f("fk_check_terms_definition_no_definition")
        ),
        sa.PrimaryKeyConstraint("check_no", "start", name=op.f("pk_check_terms")),
    )

"""Contacts of each part of a location, and since when it is blind or its clock is off"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_KEPT = "location_no, seen_at, protocol, version, skew_ms, backlog, dropped, oldest"


def upgrade() -> None:
    op.create_table(
        "location_contact",
        sa.Column("location_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parts", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("protocol", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("skew_ms", sa.BigInteger(), nullable=True),
        sa.Column("backlog", sa.BigInteger(), nullable=True),
        sa.Column("dropped", sa.BigInteger(), nullable=True),
        sa.Column("oldest", sa.BigInteger(), nullable=True),
        sa.Column("blind_since", sa.BigInteger(), nullable=True),
        sa.Column("skewed_since", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["location_no"], ["location.no"], name=op.f("fk_location_contact_location_no_location")
        ),
        sa.PrimaryKeyConstraint("location_no", "part", "parts", name=op.f("pk_location_contact")),
    )
    op.execute(f"insert into location_contact (part, parts, {_KEPT}) select 1, 1, {_KEPT} from contact")  # noqa: S608
    op.drop_table("contact")

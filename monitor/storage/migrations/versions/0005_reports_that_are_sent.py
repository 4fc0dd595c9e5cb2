"""Files that messages carry"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "attachment",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("remedy", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_attachment")),
        sa.UniqueConstraint("digest", name=op.f("uq_attachment_digest")),
    )
    op.add_column("outbox", sa.Column("attachment_no", sa.Integer(), nullable=True))

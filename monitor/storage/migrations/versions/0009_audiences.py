"""Messages for subscribers beside those for channels"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("audience", sa.String(), server_default="channels", nullable=False))

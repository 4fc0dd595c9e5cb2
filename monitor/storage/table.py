"""The base of every table, apart from them so that they may stand in several files; `tables` knows them all."""

from typing import ClassVar

from sqlalchemy import MetaData
from sqlmodel import SQLModel

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """The base of every table: one metadata with stable names for constraints."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)

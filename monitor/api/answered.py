"""What every description of an answer is made with."""

from pydantic import BaseModel, ConfigDict


class Answered(BaseModel):
    """Of every answer. More fields may come."""

    model_config = ConfigDict(extra="allow", defer_build=True)


Share = str | None


class Piece(Answered):
    start: str
    end: str
    seconds: int

"""Who judged in which epoch, written down by the database itself: the fence is believed by nobody's word."""

from dataclasses import dataclass
from itertools import pairwise

import psycopg

_WATCH = """
create schema watch;
create table watch.taken (no bigserial primary key, epoch bigint not null, who text not null);
create table watch.judged (no bigserial primary key, epoch bigint, who text not null);

create function watch.take() returns trigger language plpgsql as $$
begin
  insert into watch.taken (epoch, who) values (new.value, current_setting('application_name'));
  return null;
end $$;
create trigger watch_taken after insert or update on counter
  for each row when (new.name = 'epoch') execute function watch.take();

create function watch.judge() returns trigger language plpgsql as $$
begin
  insert into watch.judged (epoch, who)
    select value, current_setting('application_name') from counter where name = 'epoch';
  return null;
end $$;
create trigger watch_judged after insert or update or delete on span execute function watch.judge();
create trigger watch_settled after update of watermark on component execute function watch.judge();

insert into watch.taken (epoch, who)
  select value, 'janji ' || hub.name from counter join hub on hub.epoch = value where counter.name = 'epoch';
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """In the order in which it was written: epochs and who took them, and who judged in them."""

    taken: list[tuple[int, str]]
    judged: list[tuple[int, str]]

    def agrees(self) -> None:
        """No epoch was taken twice, and in each nobody judged but who took it, until the next one was."""
        epochs = [epoch for epoch, _ in self.taken]
        assert len(epochs) > 1
        assert all(before < after for before, after in pairwise(epochs))
        assert {(epoch, who) for epoch, who in self.judged} <= set(self.taken), "nobody judged but who led"
        assert all(before <= after for (before, _), (after, _) in pairwise(self.judged)), "nobody judged afterwards"


def watch(url: str) -> None:
    """Begins to write it down, in a database on which one hub leads by now."""
    with psycopg.connect(url) as connection:
        connection.execute(_WATCH)


def watched(url: str) -> Watched:
    """What was written down."""
    with psycopg.connect(url) as connection:
        taken = connection.execute("select epoch, who from watch.taken order by no").fetchall()
        return Watched(taken, connection.execute("select epoch, who from watch.judged order by no").fetchall())

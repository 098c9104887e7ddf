# SPDX-License-Identifier: GPL-2.0
"""The goals, and which rows meet them."""
from dataclasses import dataclass, field
from typing import Callable

@dataclass
class Goal:
    """What alkaid's rows are to be, beside a counterpart or a limit.

    where: the work's parameters that a row must have; empty: all rows of the work.
    than: the path, or the parameters, in which the counterpart differs.
    at_most, at_least: of the row's figure by the counterpart's, or of the figure where there is none.
    """
    work: str
    text: str
    where: dict = field(default_factory=dict)
    than: dict = field(default_factory=dict)
    at_most: float | None = None
    at_least: float | None = None
    rig: str | None = None
    path: str = 'alkaid'
    limit: Callable | None = None

    def rows(self, results):
        return [row for row in results
                if row.work == self.work and row.path == self.path and self.rig in (None, row.rig)
                and all(row.params.get(key) == value for key, value in self.where.items())]

    def counterpart(self, row, results):
        than = dict(self.than)
        path, work = than.pop('path', row.path), than.pop('work', row.work)
        params = {**row.params, **than}
        return next((other for other in results
                     if (other.rig, other.work, other.path, other.unit) == (row.rig, work, path, row.unit)
                     and other.params == params), None)

    def judge(self, results):
        """(row, what was compared, whether the goal is met) for each row that it speaks of."""
        for row in self.rows(results):
            value = row.figure
            if self.limit:
                limit = self.limit(row, results)
                if limit is not None:
                    yield row, f'{value:,.0f}, limit {limit:,.0f}', value <= limit
                continue
            if self.than:
                other = self.counterpart(row, results)
                if other is None or not other.figure:
                    continue
                value /= other.figure
            met = (self.at_most is None or value <= self.at_most) and \
                (self.at_least is None or value >= self.at_least)
            yield row, f'{value:,.2f}', met


GOALS = [
    Goal('encap', 'at most 0.5x bridge', than={'path': 'bridge'}, at_most=0.5, rig='icount'),
    Goal('encap', 'at most 0.46x Open vSwitch', than={'path': 'ovs'}, at_most=0.46, rig='icount'),
    Goal('encap', 'routed within 10 % of bridged', {'mode': 'routed'}, {'mode': 'bridged'}, at_most=1.1),
    Goal('decap', 'at most 0.5x bridge', than={'path': 'bridge'}, at_most=0.5, rig='icount'),
    Goal('decap', 'at most 0.46x Open vSwitch', than={'path': 'ovs'}, at_most=0.46, rig='icount'),
    Goal('decap', 'routed within 10 % of bridged', {'mode': 'routed'}, {'mode': 'bridged'}, at_most=1.1),
]

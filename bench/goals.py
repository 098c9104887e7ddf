# SPDX-License-Identifier: GPL-2.0
"""The goals, and which rows meet them."""
from dataclasses import dataclass, field
from typing import Callable
COSTS = ('instructions', 'ns')


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
    # None: the rig's own, of what a packet costs.
    unit: str | None = None
    limit: Callable | None = None

    def rows(self, results):
        return [row for row in results
                if row.work == self.work and row.path == self.path and self.rig in (None, row.rig)
                and row.unit in ([self.unit] if self.unit else COSTS)
                and all(row.params.get(key) == value for key, value in self.where.items())]

    def counterpart(self, row, results):
        than = dict(self.than)
        path, work = than.pop('path', row.path), than.pop('work', row.work)
        params = {**row.params, **than}
        return next((other for other in results
                     if (other.rig, other.work, other.path, other.unit) == (row.rig, work, path, row.unit)
                     and other.params == params), None)

    def judge(self, results, slack=1.0):
        """(row, what was compared, whether the goal is met) for each row that it speaks of.

        slack: by what factor it may be missed.
        """
        for row in self.rows(results):
            value = row.figure
            if self.limit:
                limit = self.limit(row, results)
                if limit is not None:
                    yield row, f'{value:,.0f}, limit {limit:,.0f}', value <= limit * slack
                continue
            if self.than:
                other = self.counterpart(row, results)
                if other is None or not other.figure:
                    continue
                value /= other.figure
            met = (self.at_most is None or value <= self.at_most * slack) and \
                (self.at_least is None or value >= self.at_least / slack)
            yield row, f'{value:,.2f}', met


def both_ways(row, results):
    """What a relay may cost: a packet's way in and out, without what only ports ask for."""
    ways = [other.figure for other in results
            if (other.rig, other.path) == (row.rig, 'alkaid') and other.work in ('encap', 'decap')
            and other.params == {'mode': 'bridged', 'format': 'vxlan', 'flows': 256}]
    return sum(ways) - 1500 if len(ways) == 2 else None


GOALS = [
    Goal('encap', 'at most 0.5x bridge', than={'path': 'bridge'}, at_most=0.5, rig='icount'),
    Goal('encap', 'at most 0.46x Open vSwitch', than={'path': 'ovs'}, at_most=0.46, rig='icount'),
    Goal('encap', 'routed within 10 % of bridged', {'mode': 'routed'}, {'mode': 'bridged'}, at_most=1.1),
    Goal('decap', 'at most 0.5x bridge', than={'path': 'bridge'}, at_most=0.5, rig='icount'),
    Goal('decap', 'at most 0.46x Open vSwitch', than={'path': 'ovs'}, at_most=0.46, rig='icount'),
    Goal('decap', 'routed within 10 % of bridged', {'mode': 'routed'}, {'mode': 'bridged'}, at_most=1.1),
    Goal('neighbors', '1 M within 1.3x of 1 k', {'neighbors': 1_000_000}, {'neighbors': 1_000}, at_most=1.3),
    Goal('neighbors', 'at most 1/40 of vxlan.ko at 256 k', {'neighbors': 262_144, 'mode': 'bridged'},
         {'path': 'bridge'}, at_most=1 / 40),
    Goal('paths', 'within 10 % of bridged', {'kind': 'steered'}, {'kind': 'bridged'}, at_most=1.1),
    Goal('paths', 'within 10 % of bridged', {'kind': 'direct'}, {'kind': 'bridged'}, at_most=1.1),
    Goal('paths', 'at most encap + decap - 1,500', {'kind': 'relayed'}, rig='icount', limit=both_ways),
    Goal('scale', 'within 1.1x of one port', {'ports': 1000, 'senders': 1}, {'ports': 1}, at_most=1.1),
    Goal('scale', 'within 1.1x of one port', {'ports': 1000, 'senders': 1000}, {'ports': 1, 'senders': 1}, at_most=1.1),
    Goal('scale', 'within 1.1x of one port', {'ports': 100}, {'ports': 1, 'senders': 1}, at_most=1.1),
    Goal('churn', 'within 1.1x of none', {'changes': 10_000}, {'changes': 0}, at_most=1.1),
    Goal('churn', 'no packet lost', {'changes': 10_000}, at_most=0, unit='packets lost'),
    Goal('oam', '500,000 a second', {'kind': 'known flows'}, at_most=2000, rig='uml'),
    Goal('oam', '500,000 a second', {'kind': 'new flows'}, at_most=2000, rig='uml'),
    Goal('oam', '10,000 a second cost packets 1 %', {'datagrams': 10_000}, {'datagrams': 0}, at_most=1.01, rig='icount'),
    Goal('tcp', 'at least as fast as bridge', than={'path': 'bridge'}, at_most=1.0),
    Goal('agent', '1,000 neighbors in 2 ms', {'push': '1,000 neighbors that changed'}, at_most=2000, rig='uml'),
    Goal('agent', '1 M neighbors in 1.5 s', {'push': '1,000,000 new neighbors, stream'}, at_most=1500, rig='uml'),
    Goal('agent', '400 bytes a neighbor', at_most=400, unit='bytes', rig='uml'),
    Goal('agent', '200,000 objects in 250 ms', {'push': 'restart'}, at_most=1250, rig='uml'),
    Goal('program', 'at most half of bridge, one by one', {'what': 'neighbor', 'by': 'line'}, {'path': 'bridge'},
         at_most=0.5, rig='uml'),
    Goal('program', 'at most 1/20 of bridge, in transactions', {'what': 'neighbor', 'by': 'transaction'},
         {'path': 'bridge', 'by': 'line'}, at_most=0.05, rig='uml'),
    Goal('program', '1 M neighbors in 0.5 s', {'by': 'requests'}, at_most=500, rig='uml'),
    Goal('program', 'at most 128 bytes', {'what': 'neighbor', 'entries': 1_000_000}, at_most=128, rig='uml',
         unit='bytes'),
]

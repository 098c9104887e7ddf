# SPDX-License-Identifier: GPL-2.0
"""Results as text: a table for each rig and work, and the goals."""
from goals import GOALS


def number(value):
    return f'{value:,.0f}' if abs(value) >= 100 else f'{value:,.2f}'


def words(params):
    return ', '.join(f'{value}' if isinstance(value, str) else f'{value:,} {key}'
                     for key, value in params.items())


def columns(results):
    """Paths in the order in which they came, alkaid first, without what was subtracted."""
    paths = dict.fromkeys(result.path for result in results if result.path != 'null')
    return sorted(paths, key=lambda path: path != 'alkaid')


def brief(result):
    """A line of its own."""
    figure = number(result.value) if result.path == 'null' else cell(result)
    return f'{result.path}: {words(result.params)}: {figure} {result.unit}'


def show(lines):
    """Columns as wide as their widest cell; the first is text."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    for line in lines:
        cells = [f'{cell:>{width}}' for cell, width in zip(line[1:], widths[1:])]
        print('  '.join([f'{line[0]:<{widths[0]}}', *cells]).rstrip())


def cell(result):
    """A figure, and how far its rounds lay apart."""
    if result is None:
        return '-'
    spread = f' ±{50 * result.spread:.0f}%' if result.rounds > 1 else ''
    return number(result.figure) + spread


def table(results):
    """Of one rig and work."""
    paths = columns(results)
    rows = {}
    for result in results:
        rows.setdefault((tuple(result.params.items()), result.unit), {})[result.path] = result
    head = [results[0].work, 'unit', *paths, *(f'/{path}' for path in paths[1:])]
    lines = [head]
    for (params, unit), cells in rows.items():
        line = [words(dict(params)), unit, *(cell(cells.get(path)) for path in paths)]
        for path in paths[1:]:
            both = cells.get(paths[0]), cells.get(path)
            line.append(f'{both[0].figure / both[1].figure:.2f}' if all(both) and both[1].figure else '-')
        lines.append(line)
    show(lines)


def tables(results):
    groups = {}
    for result in results:
        groups.setdefault((result.rig, result.kernel, result.work), []).append(result)
    for (rig, kernel, _), group in groups.items():
        above = ', above null' if group[0].above_null is not None else ''
        print(f'\n{rig} ({kernel}){above}')
        table(group)


def goals(results, works):
    """Whether each of some works is met, row by row; rows that were not measured are not mentioned."""
    lines = [('goal', 'rig', 'row', 'is', '')]
    for goal in (goal for goal in GOALS if goal.work in works):
        for row, text, met in goal.judge(results):
            lines.append((f'{goal.work}: {goal.text}', row.rig, words(row.params), text,
                          'met' if met else 'MISSED'))
    if len(lines) > 1:
        print()
        show(lines)


def missed(results, rigs, works, slack):
    """The goals of some works that are missed by more than slack."""
    return [f'{goal.work}: {goal.text}: {words(row.params)}: {text}'
            for goal in GOALS if goal.work in works
            for row, text, met in goal.judge(results, slack) if row.rig in rigs and not met]

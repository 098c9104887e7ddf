# SPDX-License-Identifier: GPL-2.0
"""Plots of results, as SVG: cost above null against table size, and against number of flows."""
import math
import os

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 70, 110, 40, 50
COLOURS = {'alkaid': '#0072b2', 'bridge': '#d55e00', 'ovs': '#009e73'}
NAMES = {'bridge': 'bridge + vxlan.ko', 'ovs': 'Open vSwitch'}
# Work, the parameter that is across, the parameters that are the same for all.
PLOTS = {
    'neighbors': ('neighbors', 'neighbors', {'mode': 'bridged'}),
    'flows': ('encap', 'flows', {'mode': 'bridged', 'format': 'vxlan'}),
}


def scale(low, high, start, end):
    """Logarithmic: a function from values to places."""
    span = math.log(high / low) or 1
    return lambda value: start + (end - start) * math.log(value / low) / span


def short(value):
    for unit, size in (('M', 10**6), ('k', 1000)):
        if value >= size:
            return f'{value / size:.3g}{unit}'
    return f'{value:.3g}'


def text(x, y, words, anchor='middle', more=''):
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"{more}>{words}</text>'


def series(results, rig, work, across, same):
    """Points of each path."""
    lines = {}
    for result in results:
        if (result.rig, result.work) == (rig, work) and result.path in COLOURS and across in result.params \
                and result.unit in ('ns', 'instructions') \
                and all(result.params.get(key) == value for key, value in same.items()):
            lines.setdefault(result.path, []).append((result.params[across], max(result.figure, 1)))
    return lines


def ticks(low, high):
    """1, 2 and 5 of each power of ten where there are few powers."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 2, 5) if len(powers) < 5 else (1,)
    return [step * 10**power for power in powers for step in steps if low <= step * 10**power <= high]


def draw(lines, title, across, unit):
    xs = sorted({x for points in lines.values() for x, _ in points})
    ys = [y for points in lines.values() for _, y in points]
    low, high = min(ys) / 1.5, max(ys) * 1.5
    place_x = scale(xs[0], xs[-1], LEFT, WIDTH - RIGHT)
    place_y = scale(low, high, HEIGHT - BOTTOM, TOP)
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
             'font-family="sans-serif" font-size="12">',
             f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', text(WIDTH / 2, 20, title),
             text(WIDTH / 2, HEIGHT - 10, across), text(LEFT, TOP - 8, f'{unit} a packet', 'start')]
    for y in ticks(low, high):
        at = place_y(y)
        parts += [f'<path d="M{LEFT} {at:.0f}H{WIDTH - RIGHT}" stroke="#ddd"/>',
                  text(LEFT - 6, at + 4, short(y), 'end')]
    parts += [text(place_x(x), HEIGHT - BOTTOM + 18, short(x)) for x in xs]
    for path, points in lines.items():
        colour = COLOURS[path]
        places = [f'{place_x(x):.0f},{place_y(y):.0f}' for x, y in points]
        parts.append(f'<polyline points="{" ".join(places)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{place.replace(",", chr(34) + " cy=" + chr(34))}" r="3" fill="{colour}"/>'
                  for place in places]
        parts.append(text(place_x(points[-1][0]) + 8, place_y(points[-1][1]) + 4, NAMES.get(path, path), 'start',
                          f' fill="{colour}"'))
    return '\n'.join([*parts, '</svg>', ''])


def plots(results, directory):
    """Those for which there are results."""
    os.makedirs(directory, exist_ok=True)
    for rig, unit in (('icount', 'instructions'), ('uml', 'nanoseconds')):
        for name, (work, across, same) in PLOTS.items():
            lines = series(results, rig, work, across, same)
            if len({x for points in lines.values() for x, _ in points}) > 1:
                with open(os.path.join(directory, f'{name}-{rig}.svg'), 'w', encoding='utf-8') as file:
                    file.write(draw(lines, f'Encapsulation, above null ({rig})', across, unit))

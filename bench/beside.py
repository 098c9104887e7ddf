# SPDX-License-Identifier: GPL-2.0
"""What happens beside traffic, on the one CPU that there is, and what packets cost meanwhile."""
import contextlib
import statistics
import threading
import time

# How often something is done, if there is room; no burst makes up for time in which there was none.
PERIOD = 0.004
AT_ONCE = 100
# A sample is so many times as long as others.
LONGER = 3


class Beside(contextlib.AbstractContextManager):
    """Calls do(n) in a thread of its own, so that n comes to a rate a second; the rate reached, afterwards."""
    def __init__(self, do, rate):
        self.do, self.asked = do, rate
        self.thread = threading.Thread(target=self.work)
        self.under_way, self.over = threading.Event(), threading.Event()
        self.rate = 0.0

    def __enter__(self):
        self.thread.start()
        self.under_way.wait()
        return self

    def work(self):
        done, start = 0, time.monotonic()
        while not self.over.is_set():
            due = min(int((time.monotonic() - start) * self.asked) - done, AT_ONCE)
            if due > 0:
                self.do(due)
                done += due
                self.under_way.set()
            time.sleep(PERIOD)
        self.rate = done / (time.monotonic() - start)

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


def compare(machine, work, lanes, traffic, doers, rate, what, **params):
    """Rows of packets with nothing beside them, and with what doers do to their lanes.

    The CPU that a doer takes for itself is told by null packets, which have nothing to do with what
    it does: so much as they become dearer, so much of it is gone.
    """
    machine.aim *= LONGER
    machine.packets = tuple(LONGER * limit for limit in machine.packets)
    counts = {path: machine.count(lane.cost(traffic, machine.packets[0])) for path, lane in lanes.items()}
    seen = {path: {'packets lost': [], f'{what}/s': []} for path in doers}

    def alone(path):
        return lambda: lanes[path].cost(traffic, counts[path])

    def beside(path, doer):
        def sample():
            with Beside(doers[doer], rate) as done:
                cost, lost = lanes[path].send(traffic, counts[path])
            if path == doer:
                seen[doer]['packets lost'].append(lost)
                seen[doer][f'{what}/s'].append(done.rate)
            return cost
        return sample

    samples = machine.interleave({
        **{(path, None): alone(path) for path in lanes},
        **{(path, doer): beside(path, doer) for doer in doers for path in ('null', doer)}})
    medians = {key: statistics.median(taken) for key, taken in samples.items()}
    calm = samples['null', None]
    for path in lanes:
        yield machine.result(work, path, samples[path, None], null=calm, **{what: 0}, **params)
    for path in doers:
        left = medians['null', None] / medians['null', path]
        # What is gone is gone from null packets, too.
        yield machine.result(work, path, [cost * left for cost in samples[path, path]],
                             null=[cost * left for cost in samples['null', path]], **{what: rate}, **params)
        for unit, values in {**seen[path], '% of the CPU': [100 - 100 * left]}.items():
            values = [sum(values)] if unit == 'packets lost' else values
            yield machine.result(work, path, values, unit=unit, **{what: rate}, **params)

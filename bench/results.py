# SPDX-License-Identifier: GPL-2.0
"""What was measured: rows, and the file that keeps them."""
import json
import os
from dataclasses import asdict, dataclass, field


@dataclass
class Result:
    """One figure of one path; docs/performance.md tells what the fields mean."""
    rig: str
    kernel: str
    work: str
    path: str
    unit: str
    value: float
    params: dict = field(default_factory=dict)
    above_null: float | None = None
    spread: float = 0.0
    rounds: int = 1

    @property
    def figure(self):
        """What is compared."""
        return self.value if self.above_null is None else self.above_null

    @property
    def row(self):
        """What figures that stand side by side share."""
        return self.rig, self.work, tuple(self.params.items()), self.unit

    def json(self):
        return json.dumps(asdict(self))


def load(path):
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8') as file:
        return [Result(**entry) for entry in json.load(file)]


def save(path, results):
    """One result a line, so that two files can be compared."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + '.new', 'w', encoding='utf-8') as file:
        file.write('[\n' + ',\n'.join(result.json() for result in results) + '\n]\n')
    os.replace(path + '.new', path)

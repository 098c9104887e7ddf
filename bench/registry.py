# SPDX-License-Identifier: GPL-2.0
"""The works there are. One that yields Results is a function of a Rig; see guest.py."""
from dataclasses import dataclass
from typing import Callable

RIGS = {
    'icount': ['tests/vm/run', '--icount', '--mem', '4096'],
    # Its clock is that of the machine that it runs on, where others may run, too.
    'uml': ['nice', '-n', '-19', 'tests/vm/run', '--kernel', 'uml', '--mem', '8192'],
}
KERNELS = {'icount': 'debian-6.12', 'uml': 'uml'}
WORKS = {}


@dataclass
class Work:
    """Its function runs inside the test machine."""
    name: str
    about: str
    rigs: tuple = ('icount', 'uml')
    default: bool = True
    timeout: int = 600
    function: Callable | None = None


def work(name, about, **options):
    """Registers the function below it."""
    def register(function):
        WORKS[name] = Work(name, about, function=function, **options)
        return function
    return register

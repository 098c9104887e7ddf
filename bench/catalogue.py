# SPDX-License-Identifier: GPL-2.0
"""All works, in the order in which they run."""
import os
import sys

# The selftests' words for netlink, OAM and goal states.
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tests', 'selftests'))

# pylint: disable=wrong-import-position
import packets  # noqa: E402,F401
import neighbors  # noqa: E402,F401
import steering  # noqa: E402,F401
import scale  # noqa: E402,F401
import churn  # noqa: E402,F401
import oam_rate  # noqa: E402,F401
import tcp  # noqa: E402,F401
import functions  # noqa: E402,F401
import program  # noqa: E402,F401
import agent  # noqa: E402,F401
from registry import WORKS  # noqa: E402

__all__ = ['WORKS']

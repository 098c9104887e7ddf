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
import functions  # noqa: E402,F401
import program  # noqa: E402,F401
from registry import WORKS, script  # noqa: E402

script('tcp', 'TCP from VM to VM', {'icount': ['bench/tcp.sh']}, timeout=900)
script('agent', 'pushes of goal states to the daemon',
       {'uml': ['bench/agent.sh'], 'icount': ['bench/agent.sh', '0', '20000']}, timeout=900)
__all__ = ['WORKS']

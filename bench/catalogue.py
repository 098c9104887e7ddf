# SPDX-License-Identifier: GPL-2.0
"""All works, in the order in which they run."""
import packets  # noqa: F401
import neighbors  # noqa: F401
import steering  # noqa: F401
import scale  # noqa: F401
import churn  # noqa: F401
import functions  # noqa: F401
import program  # noqa: F401
from registry import WORKS, script

script('tcp', 'TCP from VM to VM', {'icount': ['bench/tcp.sh']}, timeout=900)
script('oam', 'OAM datagrams handled', {'uml': ['bench/oam.sh']})
script('agent', 'pushes of goal states to the daemon',
       {'uml': ['bench/agent.sh'], 'icount': ['bench/agent.sh', '0', '20000']}, timeout=900)
__all__ = ['WORKS']

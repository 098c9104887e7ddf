#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The cases of agent.py as goal states of version 2, each on a stream as controllers open it."""
import inspect

import agent
import agenthost

if __name__ == '__main__':
    agenthost.VERSION = 2
    agenthost.main({name: value for name, value in vars(agent).items()
                    if name.startswith('test_') and 'host.controller.' not in
                    inspect.getsource(value)})

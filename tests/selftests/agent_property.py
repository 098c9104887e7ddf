#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""alkaidd against agent_model.py: random goal states and netdevs.

Each sequence has a seed of its own, which a failure names: PROPERTY_SEED=N does that one alone,
PROPERTY_PUSHES is how many pushes there are in all, PROPERTY_LENGTH how many in a sequence,
PROPERTY_FROM is the first seed; with PROPERTY_RESTARTS=0 the daemon is not killed in between.

Usage: agent_property.py [TEST]...
"""
import json
import os
import random
import signal
import subprocess

import goalstate
from agent_model import KINDS, Model
from agenthost import LOCAL, add_tap, check, del_tap, equal, main, wait_for
from goalstate import neighbor, port, statuses, subnet, tap, vpc

NATIVE = os.environ.get('ALKAID_VM_KERNEL', 'uml') == 'uml'
PUSHES = int(os.environ.get('PROPERTY_PUSHES', '400' if NATIVE else '60'))
LENGTH = int(os.environ.get('PROPERTY_LENGTH', '40'))

# Overlapping addresses in two VPCs.
SUBNETS = {'s0': ('v0', 7001, '192.168.1.0/24'), 's1': ('v0', 7002, '192.168.2.0/24'),
           's2': ('v1', 7003, '192.168.1.0/24'), 's3': ('v1', 7004, '10.9.0.0/16')}
PORTS = [f'{i:08}-port-aaaa' for i in range(4)]
# The end of a workload here may be another one's there.
NEIGHBORS = PORTS[:2] + [f'neighbor-{i}' for i in range(5)]
HOSTS = ('10.0.0.2', '10.0.0.3', LOCAL)
MACS = ('02:00:00:00:00:01', '2:0:0:0:0:2', '02-00-00-00-00-03', '6c:dd:ee:0:0:40')


class Chance(random.Random):
    """What happens next."""

    def __init__(self, seed):
        super().__init__(seed)
        self.revision = 1

    def now(self, chance):
        return self.random() < chance

    def addresses(self, name, most):
        base = SUBNETS[name][2].rsplit('.', 1)[0]
        return [f'{base}.{i}' for i in self.sample(range(10, 16), self.randint(1, most))]

    def age(self):
        """revision_number: mostly of now, sometimes none, sometimes of the past."""
        if self.now(0.15):
            return 0
        return self.randint(1, self.revision) if self.now(0.15) else self.revision

    def vpc(self):
        return 'vpc_states', vpc(self.choice(('v0', 'v1')), op=self.operation(),
                                 revision_number=self.age())

    def subnet(self):
        name = self.choice(list(SUBNETS))
        gateway = SUBNETS[name][2].rsplit('.', 1)[0] + '.254'
        return 'subnet_states', subnet(
            name, *SUBNETS[name], self.choice(((gateway, 'fe:16:11:00:00:01'),
                                               (gateway, 'fe:16:11:00:00:02'), None)),
            op=self.operation(), revision_number=self.age(), update_type='FULL')

    def operation(self):
        return self.choices(('INFO', 'CREATE', 'UPDATE', 'DELETE'), (10, 2, 1, 3))[0]

    def port(self):
        name = self.choice(list(SUBNETS))
        number = self.randrange(len(PORTS))
        # A MAC is one port's in its subnet.
        mac = self.choice((f'2:0:0:0:1:{number}', f'06-00-00-00-01-0{number}'))
        state = port(PORTS[number], name, mac, *self.addresses(name, 3),
                     op=self.choices(('CREATE', 'UPDATE', 'DELETE', 'INFO'), (6, 4, 3, 0.3))[0],
                     revision_number=self.age(), admin_state_up=self.now(0.9))
        if state['operation_type'] == 'UPDATE' and self.now(0.2):
            state['configuration'].update(device_id='', device_owner='')
        return 'port_states', state

    def neighbor(self):
        name = self.choice(list(SUBNETS))
        state = neighbor(self.choice(NEIGHBORS), name, self.choice(MACS), self.choice(HOSTS),
                         *self.addresses(name, 3),
                         neighbor_type=self.choices(('L2', 'L3'), (3, 1))[0],
                         op=self.choices(('CREATE', 'UPDATE', 'INFO', 'DELETE'),
                                         (6, 3, 3, 3))[0], revision_number=self.age())
        return 'neighbor_states', state

    def spoil(self, state):
        """Make it wrong, or leave out what is to stay as it was."""
        c = state['configuration']
        for key, value in self.choice((
                {'mac_address': self.choice(('', 'x', '01:00:5e:00:00:01', '02:00:00:00:00'))},
                {'fixed_ips': []}, {'update_type': 'DELTA', 'mac_address': ''},
                {'update_type': 'DELTA', 'fixed_ips': []}, {'vpc_id': 'v0'}, {'vpc_id': 'v9'},
                {'fixed_ips': [{'subnet_id': 's0', 'ip_address': '192.168.1.'}]},
                {'fixed_ips': [{'subnet_id': 's0', 'ip_address': '192.168.7.7'}]},
                {'fixed_ips': [{'subnet_id': 's9', 'ip_address': '192.168.1.10'}]})).items():
            c[key] = value

    def goal(self):
        states = {}
        self.revision += self.now(0.5)
        for _ in range(self.choice((1, 1, 2, 3, 5, 8))):
            field, state = self.choices((self.vpc, self.subnet, self.port, self.neighbor),
                                        (2, 4, 6, 8))[0]()
            if field in ('port_states', 'neighbor_states') and self.now(0.15):
                self.spoil(state)
            states.setdefault(field, []).append(state)
        # A neighbor may be there twice, L2 and L3, but that is not for here.
        states.update({'neighbor_states': unique(states)['neighbor_states']}
                      if 'neighbor_states' in states else {})
        if self.now(0.3):
            # Side data comes along, as controllers send it.
            for name in {fixed['subnet_id'] for field in ('port_states', 'neighbor_states')
                         for state in states.get(field, ())
                         for fixed in state['configuration']['fixed_ips']} & set(SUBNETS):
                states.setdefault('vpc_states', []).append(vpc(SUBNETS[name][0]))
                states.setdefault('subnet_states', []).append(subnet(name, *SUBNETS[name]))
        return states


def unique(states):
    """As a map holds them: the last of each id."""
    return {field: list({state['configuration']['id']: state for state in listed}.values())
            for field, listed in states.items()}


def push_v2(controller, states):
    message = goalstate.json_format.ParseDict(
        {field: {state['configuration']['id']: state for state in listed}
         for field, listed in states.items()}, goalstate.goalstate.GoalStateV2())
    call = controller.channel.stream_stream(goalstate.SERVICE + 'PushGoalStatesStream')
    (reply,) = call(iter([message.SerializeToString()]), timeout=60, wait_for_ready=True)
    return goalstate.Reply.FromString(reply)


def kernel_tables():
    """As Model.tables() has them."""
    text = subprocess.run(['alk', '-j', '-b', '-'], capture_output=True, text=True, check=True,
                          input='vpc show\nsubnet show\nport show\nneigh show\n').stdout
    decoder, tables = json.JSONDecoder(), []
    while text.strip():
        table, end = decoder.raw_decode(text.lstrip())
        text = text.lstrip()[end:]
        tables.append(table)
    vpcs, subnets, ports, neighbors = tables
    names = {row['id']: row['name'] for row in vpcs}
    ids = {tap(name): name for name in PORTS}
    return {
        'vpc': sorted(names.values()),
        'subnet': sorted([names[row['vpc']], row['vni'], row['prefixes'][0],
                          (row.get('gateway_ips') or [''])[0],
                          row['gateway_mac'] if row.get('gateway_ips') else '']
                         for row in subnets),
        'port': sorted([ids[row['ifname']], row['vni'], row['mac'], sorted(row['ips'])]
                       for row in ports),
        'neigh': sorted([row['vni'], row['ip'], row['mac'], row['host']] for row in neighbors)}


class Sequence:
    """A daemon and its model, side by side."""

    def __init__(self, host, seed):
        self.host, self.chance, self.model = host, Chance(seed), Model(LOCAL)
        self.history = []

    def compare(self, what):
        tables = self.model.tables()
        wait_for(lambda: kernel_tables() == tables or not what.startswith('link'))
        equal(kernel_tables(), tables, f'after {what}: the tables')

    def push(self, states):
        self.history.append(json.dumps(states))
        if self.chance.now(0.5):
            states = unique(states)
            reply = push_v2(self.host.controller, states)
            # A map has no order, but who comes first gets the address: replies tell.
            order = list(statuses(reply))
            for field, listed in states.items():
                listed.sort(key=lambda state, kind=KINDS[field]: order.index(
                    (kind, state['configuration']['id'])))
        else:
            reply = self.host.controller.push(**states)
        wanted = self.model.push(states)
        got = [(*key, status) for one in reply.operation_statuses
               for key, status in statuses(type(reply)(operation_statuses=[one])).items()]
        equal(sorted(got), sorted(wanted), 'the statuses')
        self.compare('push')

    def link(self):
        name = self.chance.choice(PORTS)
        there = name not in self.model.netdevs
        self.history.append(f'link {name} {there}')
        mark = len(self.host.daemon.log())
        (add_tap if there else del_tap)(name)
        if self.model.link(name, there):
            wait_for(lambda: name in self.host.daemon.log()[mark:])
        self.compare(self.history[-1])

    def restart(self):
        self.history.append('restart')
        self.host.restart(self.chance.choice((signal.SIGKILL, signal.SIGTERM)))
        self.compare('restart')

    def run(self):
        for _ in range(LENGTH):
            if self.chance.now(0.1):
                self.link()
            if RESTARTS and self.chance.now(0.02):
                self.restart()
            self.push(self.chance.goal())

    def clean(self):
        """All of it goes, whatever its revision."""
        states = {}
        for field, kind in (('neighbor_states', 'NEIGHBOR'), ('port_states', 'PORT'),
                            ('subnet_states', 'SUBNET'), ('vpc_states', 'VPC')):
            states[field] = [{'operation_type': 'DELETE', 'configuration': {'id': key}}
                             for key in self.model.things[kind]]
        self.push(states)
        for name in list(self.model.netdevs):
            del_tap(name)
        equal(kernel_tables(), {'vpc': [], 'subnet': [], 'port': [], 'neigh': []}, 'what is left')


RESTARTS = os.environ.get('PROPERTY_RESTARTS', '1') == '1'
# The same every time, so that a run says something of what was changed.
FROM = int(os.environ.get('PROPERTY_FROM', '1'))


def test_random_goal_states(host):
    seed = int(os.environ.get('PROPERTY_SEED', '0'))
    seeds = [seed] if seed else range(FROM, FROM + -(-PUSHES // LENGTH))
    for number in seeds:
        sequence = Sequence(host, number)
        try:
            sequence.run()
            sequence.clean()
        except Exception:
            print(f'# PROPERTY_SEED={number}, step {len(sequence.history)}, the last of which:')
            for line in sequence.history[-3:]:
                print('#', line)
            raise
    check(host.daemon.alive(), 'alkaidd died')
    print(f'# {len(seeds) * LENGTH} pushes in {len(seeds)} sequences')


if __name__ == '__main__':
    main(globals())

# SPDX-License-Identifier: GPL-2.0
"""What the kernel's tables must hold after goal states: docs/agent.md in Python.

A model is pushed the same goal states as an alkaidd, as Python data; it tells the statuses and the
tables that must come of them. It knows VPCs, subnets, ports and neighbors. What the kernel
may refuse beyond them (overlapping prefixes, a VNI of two VPCs) is not to be asked of it.
"""
import ipaddress
import re
from types import SimpleNamespace

KINDS = {'vpc_states': 'VPC', 'subnet_states': 'SUBNET', 'port_states': 'PORT',
         'neighbor_states': 'NEIGHBOR'}


def kept(thing):
    """What is known of a resource: an address that another one took is forgotten."""
    ips = [fixed for fixed in thing.config.get('fixed_ips', ())
           if fixed['ip_address'] not in thing.lost]
    return {**thing.config, 'fixed_ips': ips} if 'fixed_ips' in thing.config else thing.config


class Refused(Exception):
    """A resource that cannot be done: its result, and the status."""


def mac(text):
    octets = re.split('[:-]', text)
    if len(octets) != 6 or not all(re.fullmatch('[0-9a-fA-F]{1,2}', octet) for octet in octets) \
            or int(octets[0], 16) & 1 or not any(int(octet, 16) for octet in octets):
        raise ValueError(text)
    return ':'.join(f'{int(octet, 16):02x}' for octet in octets)


def changed(thing, **fields):
    return SimpleNamespace(**{**vars(thing), **fields})


class Model:
    """One host."""

    def __init__(self, local):
        self.local = local
        self.netdevs = set()
        self.things = {kind: {} for kind in KINDS.values()}

    # --- a push ---

    def push(self, states):
        """Returns [(kind, id, status)], in the order of the message."""
        results, seen = [], set()
        for field, kind in KINDS.items():
            results += [self.result(kind, state) for state in states.get(field, ())]
        named = {r.id for r in results if r.kind == 'SUBNET' and r.op != 'DELETE'}
        waiting = [self.again('NEIGHBOR', key, thing) for key, thing in self.things['NEIGHBOR'].items()
                   if named & thing.missing]
        for r in results + waiting:
            if (r.kind, r.id) in seen and r.status == 'SUCCESS':
                r.status = 'INVALID_ARG'
            seen.add((r.kind, r.id))
        self.settle(results + waiting)
        return [(r.kind, r.id, r.status) for r in results]

    @staticmethod
    def again(kind, key, thing):
        """A resource as it is known."""
        return SimpleNamespace(kind=kind, id=key, op='INFO', config=kept(thing), unset=False,
                               status='SUCCESS')

    def result(self, kind, state):
        """A resource by itself."""
        new, op = state['configuration'], state['operation_type']
        r = SimpleNamespace(kind=kind, id=new['id'], op=op, unset=op == 'DELETE', status='SUCCESS')
        if kind == 'PORT' and op == 'UPDATE':
            # So does a controller say that it was unplugged.
            r.unset = not new.get('device_id') and not new.get('device_owner')
        old = self.things[kind].get(r.id)
        r.config = {k: v for k, v in new.items() if v not in ('', [], None)}
        # A neighbor that says all that counts is as good as whole.
        whole = kind == 'NEIGHBOR' and all(
            r.config.get(key) for key in ('mac_address', 'host_ip_address', 'fixed_ips'))
        if old and not whole and new.get('update_type', 'DELTA') == 'DELTA':
            r.config = {**kept(old), 'admin_state_up': False, 'device_id': '', **r.config}
        if op == 'GET' or (kind == 'PORT' and op == 'INFO'):
            r.status = 'FAILURE'
        elif not r.unset and not self.valid(kind, r.config):
            r.status = 'INVALID_ARG'
        return r

    @staticmethod
    def valid(kind, c):
        try:
            if kind in ('PORT', 'NEIGHBOR'):
                ips = [ipaddress.ip_address(fixed['ip_address']) for fixed in c['fixed_ips']]
                mac(c['mac_address'])
                if kind == 'NEIGHBOR':
                    ipaddress.ip_address(c['host_ip_address'])
                elif len({fixed['subnet_id'] for fixed in c['fixed_ips']}) != 1:
                    return False
                return 0 < len(set(ips)) == len(ips)
            if kind == 'SUBNET':
                ipaddress.ip_network(c['cidr'])
                return 1 <= c['tunnel_id'] < 1 << 24
        except (ValueError, KeyError):
            return False
        return True

    def settle(self, results):
        """All that can be done; whoever cannot be is left out, and it is tried again."""
        while True:
            before = self.things
            self.things = {kind: dict(things) for kind, things in before.items()}
            try:
                self.take([r for r in results if r.status in ('SUCCESS', 'PENDING')], before)
                return
            except Refused as refused:
                refused.args[0].status = refused.args[1]
                self.things = before

    def take(self, results, before):
        for kind in ('VPC', 'SUBNET'):
            for r in results:
                if r.kind == kind and not r.unset:
                    self.set_side(r)
        fresh = []
        for unset, kind in ((True, 'NEIGHBOR'), (True, 'PORT'),
                            (False, 'PORT'), (False, 'NEIGHBOR')):
            for r in results:
                if (r.kind, r.unset) == (kind, unset):
                    r.revision = self.in_order(r)
                    self.things[kind].pop(r.id, None)
                    if not unset:
                        fresh.append(r)
        for r in fresh:
            self.set_endpoint(r)
        for i, r in enumerate(fresh):
            self.claim(r, {(one.kind, one.id) for one in fresh[:i]},
                       {(one.kind, one.id) for one in fresh[i:]})
        self.leave(before)
        for kind in ('SUBNET', 'VPC'):
            for r in results:
                if r.kind == kind and r.unset and r.id in self.things[kind]:
                    self.in_order(r)
                    if self.used(kind, r.id):
                        raise Refused(r, 'FAILURE')
                    del self.things[kind][r.id]

    def in_order(self, r):
        """Returns the revision that it leaves."""
        old = self.things[r.kind].get(r.id)
        revision = r.config.get('revision_number', 0)
        if old and revision and revision < old.revision:
            raise Refused(r, 'OUT_OF_ORDER')
        return max(revision, old.revision if old else 0)

    # --- VPCs and subnets: in the kernel while they are used ---

    def set_side(self, r):
        old, revision = self.things[r.kind].get(r.id), self.in_order(r)
        idle = bool(old and old.idle and r.op == 'INFO')
        if r.kind == 'SUBNET':
            vpc = r.config['vpc_id']
            if vpc not in self.things['VPC'] or (old and old.config['vpc_id'] != vpc):
                raise Refused(r, 'FAILURE')
        self.things[r.kind][r.id] = SimpleNamespace(config=r.config, revision=revision, idle=idle)
        if r.kind == 'SUBNET' and not idle:
            self.wake(r.id)

    def wake(self, subnet):
        thing = self.things['SUBNET'][subnet]
        self.things['SUBNET'][subnet] = changed(thing, idle=False)
        vpc = self.things['VPC'][thing.config['vpc_id']]
        self.things['VPC'][thing.config['vpc_id']] = changed(vpc, idle=False)

    def subnets_of(self, thing):
        """Those that a port or neighbor uses."""
        return {fixed['subnet_id'] for fixed in thing.config['fixed_ips']
                if fixed['ip_address'] not in thing.lost} - thing.missing

    def used(self, kind, key):
        if kind == 'VPC':
            return any(subnet.config['vpc_id'] == key for subnet in self.things['SUBNET'].values())
        return any(key in self.subnets_of(thing)
                   for users in ('PORT', 'NEIGHBOR') for thing in self.things[users].values())

    def leave(self, before):
        """A subnet goes with its last user, a VPC with the last of its subnets."""
        for kind in ('PORT', 'NEIGHBOR'):
            for key, old in before[kind].items():
                if self.things[kind].get(key) is old:
                    continue
                for subnet in self.subnets_of(old) & set(self.things['SUBNET']):
                    thing = self.things['SUBNET'][subnet]
                    if thing.idle or self.used('SUBNET', subnet):
                        continue
                    self.things['SUBNET'][subnet] = changed(thing, idle=True)
                    vpc = thing.config['vpc_id']
                    if all(other.idle for other in self.things['SUBNET'].values()
                           if other.config['vpc_id'] == vpc):
                        self.things['VPC'][vpc] = changed(self.things['VPC'][vpc], idle=True)

    # --- ports and neighbors: an address of a VPC leads to one of them ---

    def set_endpoint(self, r):
        missing = set()
        for fixed in r.config['fixed_ips']:
            subnet = self.things['SUBNET'].get(fixed['subnet_id'])
            if subnet is None and fixed.get('neighbor_type') == 'L3':
                missing.add(fixed['subnet_id'])
            elif subnet is None:
                raise Refused(r, 'FAILURE')
            elif r.config.get('vpc_id', subnet.config['vpc_id']) != subnet.config['vpc_id'] or \
                    ipaddress.ip_address(fixed['ip_address']) \
                    not in ipaddress.ip_network(subnet.config['cidr']):
                raise Refused(r, 'INVALID_ARG')
        up = r.kind == 'PORT' and r.config.get('admin_state_up', False)
        bound = up and r.id in self.netdevs
        r.status = 'PENDING' if missing or (up and not bound) else 'SUCCESS'
        thing = SimpleNamespace(config=r.config, revision=r.revision, missing=missing, lost=set(),
                                bound=bound)
        self.things[r.kind][r.id] = thing
        for subnet in self.subnets_of(thing):
            self.wake(subnet)

    def leads(self, kind, thing):
        """{(VPC, address)} that lead to it."""
        if kind == 'PORT' and not thing.bound:
            return set()
        if kind == 'NEIGHBOR' and thing.config['host_ip_address'] == self.local:
            return set()
        return {(self.things['SUBNET'][fixed['subnet_id']].config['vpc_id'], fixed['ip_address'])
                for fixed in thing.config['fixed_ips']
                if fixed['ip_address'] not in thing.lost
                and fixed['subnet_id'] not in thing.missing}

    def claim(self, r, earlier, later):
        mine = self.leads(r.kind, self.things[r.kind][r.id])
        for kind in ('PORT', 'NEIGHBOR'):
            for key, thing in list(self.things[kind].items()):
                common = mine & self.leads(kind, thing) if (kind, key) not in later else ()
                if common and (kind == 'PORT' or (kind, key) in earlier):
                    raise Refused(r, 'FAILURE')
                if common:
                    lost = thing.lost | {ip for _, ip in common}
                    self.things[kind][key] = changed(thing, lost=lost)

    # --- what is not pushed ---

    def link(self, port, there):
        """The netdev of a port comes or goes. Returns whether its port has to do with it."""
        (self.netdevs.add if there else self.netdevs.discard)(port)
        thing = self.things['PORT'].get(port)
        if not thing or not thing.config.get('admin_state_up') or thing.bound == there:
            return False
        self.settle([self.again('PORT', port, thing)])
        return True

    def tables(self):
        """By content: numbers are the agent's own."""
        def subnet(thing):
            return self.things['SUBNET'][thing.config['fixed_ips'][0]['subnet_id']].config

        rows = {'vpc': [key for key, thing in self.things['VPC'].items() if not thing.idle],
                'subnet': [], 'port': [], 'neigh': []}
        for thing in self.things['SUBNET'].values():
            c, gateway = thing.config, thing.config.get('gateway', {})
            if not thing.idle:
                rows['subnet'].append((c['vpc_id'], c['tunnel_id'], c['cidr'],
                                       gateway.get('ip_address', ''),
                                       gateway.get('mac_address', '')))
        for key, thing in self.things['PORT'].items():
            if thing.bound:
                ips = sorted(fixed['ip_address'] for fixed in thing.config['fixed_ips'])
                rows['port'].append((key, subnet(thing)['tunnel_id'],
                                     mac(thing.config['mac_address']), ips))
        for thing in self.things['NEIGHBOR'].values():
            leads = {ip for _, ip in self.leads('NEIGHBOR', thing)}
            for fixed in thing.config['fixed_ips']:
                if fixed['ip_address'] in leads:
                    vni = self.things['SUBNET'][fixed['subnet_id']].config['tunnel_id']
                    rows['neigh'].append((vni, fixed['ip_address'],
                                          mac(thing.config['mac_address']),
                                          thing.config['host_ip_address']))
        return {kind: sorted(list(row) if isinstance(row, tuple) else row for row in table)
                for kind, table in rows.items()}

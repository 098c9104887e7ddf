#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The controller of the demo: tells one host its part of two VPCs, over gRPC.

Usage: push.py host-a|host-b   (in the network namespace of that host)
"""
import glob
import os
import subprocess
import sys
import tempfile

import grpc
from google.protobuf import json_format

PROTOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'userspace', 'proto')
METHOD = '/alcor.schema.GoalStateProvisioner/PushNetworkResourceStates'

HOSTS = {'host-a': '10.0.0.1', 'host-b': '10.0.0.2'}

# Both VPCs use the same addresses.
VPCS = {'blue': 7001, 'green': 7002}        # name: VNI
CIDR = '192.168.1.0/24'
GATEWAY = {'ip_address': '192.168.1.1', 'mac_address': 'fe:16:11:00:00:01'}

# The id of a port is its VM's name, so the netdev of blue-1 is "tapblue-1".
VMS = (
    # name, VPC, host, MAC, addresses
    ('blue-1', 'blue', 'host-a', '52:54:00:00:01:10', ['192.168.1.10']),
    ('blue-2', 'blue', 'host-b', '52:54:00:00:01:20', ['192.168.1.20']),
    ('green-1', 'green', 'host-a', '52:54:00:00:02:10', ['192.168.1.10']),
    ('green-2', 'green', 'host-b', '52:54:00:00:02:20', ['192.168.1.20', '192.168.1.30']),
)


def goal_state(host):
    """What HOST must know: the VPCs, its own ports, and the neighbors on the other host."""
    state = {'vpc_states': [], 'subnet_states': [], 'port_states': [], 'neighbor_states': []}
    for name, vni in VPCS.items():
        state['vpc_states'].append({
            'operation_type': 'INFO', 'configuration': {'id': name}})
        state['subnet_states'].append({
            'operation_type': 'INFO', 'configuration': {
                'id': name + '-subnet', 'vpc_id': name, 'tunnel_id': vni, 'cidr': CIDR,
                'gateway': GATEWAY}})
    for name, vpc, place, mac, addresses in VMS:
        fixed_ips = [{'subnet_id': vpc + '-subnet', 'ip_address': ip} for ip in addresses]
        if place == host:
            state['port_states'].append({
                'operation_type': 'CREATE', 'configuration': {
                    'id': name, 'vpc_id': vpc, 'admin_state_up': True, 'mac_address': mac,
                    'fixed_ips': fixed_ips}})
        else:
            state['neighbor_states'].append({
                'operation_type': 'CREATE', 'configuration': {
                    'id': name, 'vpc_id': vpc, 'mac_address': mac,
                    'host_ip_address': HOSTS[place], 'fixed_ips': fixed_ips}})
    return state


def load_messages():
    """Compile alcor.schema for Python."""
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(['protoc', '-I', PROTOS, '--python_out', out]
                       + glob.glob(os.path.join(PROTOS, '*.proto')), check=True)
        sys.path.insert(0, out)
        import common_pb2
        import goalstate_pb2
        import goalstateprovisioner_pb2
    return common_pb2, goalstate_pb2.GoalState, goalstateprovisioner_pb2.GoalStateOperationReply


def main():
    common, GoalState, Reply = load_messages()
    with grpc.insecure_channel('127.0.0.1:50001') as channel:
        push = channel.unary_unary(METHOD, request_serializer=GoalState.SerializeToString,
                                   response_deserializer=Reply.FromString)
        reply = push(json_format.ParseDict(goal_state(sys.argv[1]), GoalState()),
                     timeout=20, wait_for_ready=True)

    refused = [status for status in reply.operation_statuses if status.operation_status != 0]
    for status in refused:
        print(common.ResourceType.Name(status.resource_type), status.resource_id,
              common.OperationStatus.Name(status.operation_status), file=sys.stderr)
    print(f'{len(reply.operation_statuses) - len(refused)} of {len(reply.operation_statuses)} '
          f'resources SUCCESS, in {reply.message_total_operation_time} us')
    sys.exit(1 if refused or not reply.operation_statuses else 0)


if __name__ == '__main__':
    main()

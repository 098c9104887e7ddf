# SPDX-License-Identifier: GPL-2.0
"""A controller for tests: goal states as Python data, pushed over gRPC."""
import glob
import os
import queue
import subprocess
import sys
import tempfile

import grpc
from google.protobuf import json_format

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SERVICE = '/alcor.schema.GoalStateProvisioner/'
METHOD = SERVICE + 'PushNetworkResourceStates'
STREAM = SERVICE + 'PushGoalStatesStream'


def load_messages():
    """Compile the project's own .proto files; returns the modules of the goal state and the reply."""
    protos = os.path.join(TOP, 'userspace', 'proto')
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(['protoc', '-I', protos, '--python_out', out]
                       + glob.glob(os.path.join(protos, '*.proto')), check=True)
        sys.path.insert(0, out)
        sys.dont_write_bytecode = True
        import goalstate_pb2
        import goalstateprovisioner_pb2
        sys.path.remove(out)
    return goalstate_pb2, goalstateprovisioner_pb2


goalstate, provisioner = load_messages()
Reply = provisioner.GoalStateOperationReply


def keyed(states, keys):
    """By id, as controllers do it; what has none, or that of another, is told apart by its place."""
    result = {}
    for place, state in enumerate(states):
        name = state.get('configuration', {}).get('id', '')
        name = keys.get(name, name)
        result[f'{place}/{name}' if name in result else name] = state
    return result


def goal_v2(host_resources=None, keys=None, **states):
    """A GoalStateV2 of the same lists as version 1; keys has map keys that are not just the id."""
    fields = {'host_resources': {host: {'resources': [{'type': kind, 'id': name}
                                                      for kind, name in names]}
                                 for host, names in (host_resources or {}).items()}}
    for field, value in states.items():
        fields[field] = keyed(value, keys or {}) if isinstance(value, list) else value
    return json_format.ParseDict(fields, goalstate.GoalStateV2())


class Stream:
    """A stream of version 2 that stays open until it is told to end."""

    def __init__(self, channel, timeout=60):
        self.out = queue.Queue()
        self.call = channel.stream_stream(STREAM)(iter(self.out.get, None), timeout=timeout,
                                                  wait_for_ready=True)

    def send(self, data):
        self.out.put(data)

    def reply(self):
        return Reply.FromString(next(self.call))

    def push(self, **states):
        self.send(goal_v2(**states).SerializeToString())
        return self.reply()

    def end(self):
        """Half-close; returns the replies that are left, and the name of the status."""
        self.out.put(None)
        return self.wait()

    def wait(self):
        """The same without a word."""
        replies = []
        try:
            for data in self.call:
                replies.append(Reply.FromString(data))
        except grpc.RpcError:
            pass
        return replies, self.call.code().name


class Controller:
    """Pushes to one alkaidd; with credentials over TLS."""

    def __init__(self, target='127.0.0.1:50001', credentials=None):
        options = [
            # A size is for the other end to refuse.
            ('grpc.max_send_message_length', -1),
            ('grpc.max_receive_message_length', -1),
            ('grpc.enable_http_proxy', 0),
            # Each a connection of its own.
            ('grpc.use_local_subchannel_pool', 1)]
        if credentials:
            self.channel = grpc.secure_channel(target, credentials, options=options)
        else:
            self.channel = grpc.insecure_channel(target, options=options)

    def close(self):
        self.channel.close()

    def call(self, data, method=METHOD, timeout=60):
        """Send bytes to a method; returns the reply's bytes, or raises grpc.RpcError."""
        call = self.channel.unary_unary(method, request_serializer=None,
                                        response_deserializer=None)
        return call(data, timeout=timeout, wait_for_ready=True)

    def push(self, **states):
        """Push a goal state of these fields; returns the reply."""
        message = json_format.ParseDict(states, goalstate.GoalState())
        return Reply.FromString(self.call(message.SerializeToString()))

    def push_v2(self, **states):
        """The same as a GoalStateV2, as controllers do: a stream of one message."""
        stream = Stream(self.channel)
        stream.send(goal_v2(**states).SerializeToString())
        (reply,), _ = stream.end()
        return reply


def statuses(reply):
    """{(resource type, id): status}, all by name."""
    return {(provisioner.common__pb2.ResourceType.Name(s.resource_type), s.resource_id):
            provisioner.common__pb2.OperationStatus.Name(s.operation_status)
            for s in reply.operation_statuses}


def vpc(vpc_id, op='INFO', **fields):
    return {'operation_type': op, 'configuration': {
        'revision_number': 1, 'id': vpc_id, **fields}}


def subnet(subnet_id, vpc_id, vni, cidr, gateway=None, op='INFO', **fields):
    if gateway:
        fields['gateway'] = {'ip_address': gateway[0], 'mac_address': gateway[1]}
    return {'operation_type': op, 'configuration': {
        'revision_number': 1, 'id': subnet_id, 'vpc_id': vpc_id, 'tunnel_id': vni,
        'cidr': cidr, **fields}}


def port(port_id, subnet_id, mac, *ips, op='CREATE', **fields):
    return {'operation_type': op, 'configuration': {
        'revision_number': 1, 'update_type': 'FULL', 'id': port_id, 'admin_state_up': True,
        'device_id': 'vm', 'device_owner': 'compute', 'mac_address': mac,
        'fixed_ips': [{'subnet_id': subnet_id, 'ip_address': ip} for ip in ips], **fields}}


def neighbor(neighbor_id, subnet_id, mac, host, *ips, op='CREATE', neighbor_type='L2', **fields):
    return {'operation_type': op, 'configuration': {
        'revision_number': 1, 'id': neighbor_id, 'mac_address': mac, 'host_ip_address': host,
        'fixed_ips': [{'neighbor_type': neighbor_type, 'subnet_id': subnet_id, 'ip_address': ip}
                      for ip in ips], **fields}}


def tap(port_id):
    """Name of a port's netdev."""
    return 'tap' + port_id[:11]

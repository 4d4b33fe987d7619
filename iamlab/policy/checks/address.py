"""Checks of the IP addresses and ranges in conditions.

[https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IPAddress]
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network

from iamlab.policy.checks.registry import Found, check
from iamlab.policy.checks.value import plain, value_type
from iamlab.policy.checks.view import ConditionItem, Item
from iamlab.policy.repairs import put, remove

_PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")))
"""The ranges that no request from the internet comes from (RFC 1918, RFC 4193)."""


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@check("TYPE_MISMATCH_IP_RANGE", on="condition")
def no_address(condition: ConditionItem) -> Iterator[Found]:
    """IpAddress compares addresses and ranges in CIDR notation."""
    if value_type(condition) == "IPAddress":
        for item in plain(condition):
            if _network(item.text) is None:
                yield Found(
                    item.path,
                    f'"{item.text}" is not an address or a range of addresses: write, for example, 203.0.113.0/24.',
                )


@check("IMPROVE_IP_RANGE", on="condition")
def bits_after_mask(condition: ConditionItem) -> Iterator[Found]:
    """The bits after the mask do not count."""
    if value_type(condition) == "IPAddress":
        for item in plain(condition):
            network = _network(item.text)
            if network and str(network.network_address) != _address(item.text):
                message = f"What follows the first {network.prefixlen} bits is ignored: write {network}."
                yield Found(item.path, message, put(f"Write {network}", item.path, str(network)))


def _address(text: str) -> str:
    """The address of a range, written as `ipaddress` writes it."""
    network = _network(text.partition("/")[0])
    return str(network.network_address) if network else text


def _is_private(item: Item) -> bool:
    network = _network(item.text)
    return network is not None and any(
        network.version == known.version and known.supernet_of(network)  # type: ignore[arg-type]
        for known in _PRIVATE
    )


def _private(condition: ConditionItem, operator: str) -> tuple[list[Item], list[Item]]:
    """The private and the other ranges that aws:SourceIp is compared with by this operator."""
    if condition.lower_key != "aws:sourceip" or condition.name is None or condition.name.base != operator:
        return [], []
    private = [item for item in condition.values if _is_private(item)]
    return private, [item for item in condition.values if item not in private]


@check("PRIVATE_IP_ADDRESS", on="condition")
def only_private(condition: ConditionItem) -> Iterator[Found]:
    """aws:SourceIp is the public address."""
    private, others = _private(condition, "IpAddress")
    if private and not others:
        message = (
            "aws:SourceIp is the public address, so this never matches; use aws:VpcSourceIp for private addresses."
        )
        yield Found(condition.path, message)


@check("PRIVATE_NOT_IP_ADDRESS", on="condition")
def only_not_private(condition: ConditionItem) -> Iterator[Found]:
    """aws:SourceIp is the public address, so it never is one of these."""
    private, others = _private(condition, "NotIpAddress")
    if private and not others:
        message = (
            "aws:SourceIp is the public address, so this always matches; use aws:VpcSourceIp for private addresses."
        )
        yield Found(condition.path, message)


def _some_private(condition: ConditionItem, operator: str) -> Iterator[Found]:
    private, others = _private(condition, operator)
    for item in private if others else ():
        message = f"{item.text} is private and has no effect here: aws:SourceIp is the public address."
        yield Found(item.path, message, remove(f"Remove {item.text}", item.path))


@check("PRIVATE_IP_ADDRESS_SUBSET", on="condition")
def some_private(condition: ConditionItem) -> Iterator[Found]:
    """Some of the ranges are private."""
    yield from _some_private(condition, "IpAddress")


@check("PRIVATE_NOT_IP_ADDRESS_SUBSET", on="condition")
def some_not_private(condition: ConditionItem) -> Iterator[Found]:
    """Some of the ranges are private."""
    yield from _some_private(condition, "NotIpAddress")

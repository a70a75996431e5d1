import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopbackAddress, isPublicAddress } from './addresses.ts';

const publicOnes = [
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '223.255.255.255',
];
const publicIpv6 = ['2606:4700::1111', '2a01:e0a::1', '2001:200::1', '3ffe::1', '::ffff:1.1.1.1', '::ffff:101:101'];
const reserved = [
  '0.0.0.0',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '0:0:0:0:0:0:0:1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '0:0:0:0:0:ffff:a00:1',
  '64:ff9b::a00:1',
  '2001::1',
  '2001:db8::1',
  '2002:a00:1::',
  '3fff::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  '5f00::1',
];
const noAddresses = ['', 'localhost', '127.1', '0x7f000001', '2130706433', '1.1.1.1.', '[::1]'];

test('addresses of the public Internet may be reached', () => {
  for (const address of [...publicOnes, ...publicIpv6]) assert.equal(isPublicAddress(address), true, address);
});

test('reserved addresses may not, however they are written, nor what is no address', () => {
  for (const address of [...reserved, ...noAddresses]) assert.equal(isPublicAddress(address), false, address);
});

test('loopback is told apart from other reserved addresses', () => {
  for (const address of ['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1']) {
    assert.equal(isLoopbackAddress(address), true, address);
  }
  for (const address of ['10.0.0.1', '::', 'fe80::1', '1.1.1.1', 'localhost', '::2']) {
    assert.equal(isLoopbackAddress(address), false, address);
  }
});

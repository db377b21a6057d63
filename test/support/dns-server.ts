/** A name server on a port of this machine. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

type RecordType = 'A' | 'AAAA' | 'SRV';
/** `A 10.0.0.1`, `SRV 5001 host.example`; `fail` answers SERVFAIL, `silent` nothing. */
export type Zone = Readonly<Record<string, readonly string[] | 'fail' | 'silent'>>;

const TYPES: Readonly<Record<number, RecordType>> = { 1: 'A', 28: 'AAAA', 33: 'SRV' };
const NXDOMAIN = 3;
const SERVFAIL = 2;

/** Starts the server, by default on a free port. @returns its address for a resolver */
export async function startDnsServer(
  zone: Zone,
  { address = '127.0.0.1', port = 0 } = {},
): Promise<string> {
  const server = createSocket('udp4', (query, client) => {
    const { name, type, end } = questionOf(query);
    const records = zone[name];
    if (records === 'silent') return;
    const found = Array.isArray(records) ? records.filter((one) => one.startsWith(`${type} `)) : [];
    const code = records === 'fail' ? SERVFAIL : records === undefined ? NXDOMAIN : 0;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(found.length, 6);
    const answers = found.map((one) => recordOf(one));
    const answer = Buffer.concat([header, query.subarray(12, end), ...answers]);
    server.send(answer, client.port, client.address);
  });
  server.bind(port, address);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `${address}:${server.address().port}`;
}

function questionOf(query: Buffer) {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = TYPES[query.readUInt16BE(at + 1)] ?? '';
  return { name: labels.join('.').toLowerCase(), type, end: at + 5 };
}

/** A record of the name that was asked for, which a pointer repeats. */
function recordOf(text: string): Buffer {
  const [type = '', first = '', target = ''] = text.split(' ');
  const number = Number(Object.entries(TYPES).find(([, name]) => name === type)?.[0]);
  const data = dataOf(type, first, target);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(number, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function dataOf(type: string, first: string, target: string): Buffer {
  if (type === 'A') return Buffer.from(first.split('.').map(Number));
  if (type === 'AAAA') return Buffer.from(first.replaceAll(':', ''), 'hex');
  const labels = target
    .split('.')
    .flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const head = Buffer.alloc(6);
  head.writeUInt16BE(Number(first), 4);
  return Buffer.concat([head, ...labels, Buffer.from([0])]);
}

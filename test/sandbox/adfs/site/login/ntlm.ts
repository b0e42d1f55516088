// The server's side of NTLM, version 2 only, as domain controllers of today demand it (LmCompatibilityLevel 5).
// @see https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-nlmp/b38c36ed-2804-4868-a9ff-8dd3182128e4
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Person } from '../../../people';
import { md4 } from './md4';

const signature = Buffer.from('NTLMSSP\0', 'latin1');
const flag = { unicode: 0x1, oem: 0x2, requestTarget: 0x4, ntlm: 0x200, alwaysSign: 0x8000, targetIsDomain: 0x10000, extendedSecurity: 0x80000, targetInfo: 0x800000, version: 0x2000000, key128: 0x20000000 } as const;
/** Windows Server 2022. */
const version = Buffer.from([10, 0, 0x7c, 0x4f, 0, 0, 0, 15]);
export const domain = { netBios: 'CONTOSO', dns: 'contoso.example', computer: 'SPSE01' } as const;

export interface Challenge {
	readonly nonce: Buffer;
	/** The type 2 message, base64. */
	readonly message: string;
}

/** 1, 2 or 3; undefined for what is no message of NTLM. */
export function messageType(message: Buffer): number | undefined {
	return message.length >= 12 && message.subarray(0, 8).equals(signature) ? message.readUInt32LE(8) : undefined;
}

function pair(id: number, content: Buffer): Buffer {
	const head = Buffer.alloc(4);
	head.writeUInt16LE(id, 0);
	head.writeUInt16LE(content.length, 2);
	return Buffer.concat([head, content]);
}

const wide = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** 100 ns since 1601. */
function fileTime(ms: number): Buffer {
	const time = Buffer.alloc(8);
	time.writeBigUInt64LE((BigInt(ms) + 11_644_473_600_000n) * 10_000n);
	return time;
}

export function challengeFor(negotiate: Buffer, nonce = randomBytes(8)): Challenge {
	const offered = negotiate.length >= 16 ? negotiate.readUInt32LE(12) : 0;
	const encoding = (offered & flag.unicode) !== 0 ? flag.unicode : flag.oem;
	const target = encoding === flag.unicode ? wide(domain.netBios) : Buffer.from(domain.netBios, 'latin1');
	const info = Buffer.concat([pair(2, wide(domain.netBios)), pair(1, wide(domain.computer)), pair(4, wide(domain.dns)), pair(3, wide(`${domain.computer}.${domain.dns}`.toLowerCase())), pair(5, wide(domain.dns)), pair(7, fileTime(Date.now())), pair(0, Buffer.alloc(0))]);
	const head = Buffer.alloc(48);
	signature.copy(head);
	head.writeUInt32LE(2, 8);
	head.writeUInt16LE(target.length, 12);
	head.writeUInt16LE(target.length, 14);
	head.writeUInt32LE(56, 16);
	head.writeUInt32LE((encoding | flag.requestTarget | flag.ntlm | flag.alwaysSign | flag.targetIsDomain | (offered & flag.extendedSecurity) | flag.targetInfo | flag.version | flag.key128) >>> 0, 20);
	nonce.copy(head, 24);
	head.writeUInt16LE(info.length, 40);
	head.writeUInt16LE(info.length, 42);
	head.writeUInt32LE(56 + target.length, 44);
	return { nonce, message: Buffer.concat([head, version, target, info]).toString('base64') };
}

function fieldOf(message: Buffer, at: number): Buffer {
	const length = message.readUInt16LE(at);
	const offset = message.readUInt32LE(at + 4);
	return message.subarray(offset, offset + length);
}

export function ntowfV2(password: string, user: string, userDomain: string): Buffer {
	return createHmac('md5', md4(wide(password))).update(wide(user.toUpperCase() + userDomain)).digest();
}

export interface Authenticate {
	readonly user: string;
	readonly domain: string;
	readonly ntResponse: Buffer;
}

export function readAuthenticate(message: Buffer): Authenticate {
	const encoding = message.length >= 64 && (message.readUInt32LE(60) & flag.unicode) !== 0 ? 'utf16le' : 'latin1';
	return { user: fieldOf(message, 36).toString(encoding), domain: fieldOf(message, 28).toString(encoding), ntResponse: fieldOf(message, 20) };
}

/** Whether the response proves the password. The old responses of 24 bytes never do. */
export function provesPassword({ user, domain: userDomain, ntResponse }: Authenticate, nonce: Buffer, password: string): boolean {
	if (ntResponse.length <= 24 + 16) return false;
	const blob = ntResponse.subarray(16);
	const expected = createHmac('md5', ntowfV2(password, user, userDomain)).update(nonce).update(blob).digest();
	return timingSafeEqual(expected, ntResponse.subarray(0, 16));
}

/** An account of the domain: `alice` of `CONTOSO` or of `contoso.example`, or the user principal name alone. */
export function isAccountOf(person: Person, user: string, userDomain: string): boolean {
	const sameDomain = [domain.netBios.toLowerCase(), domain.dns].includes(userDomain.toLowerCase());
	return (sameDomain && user.toLowerCase() === person.name) || ((userDomain === '' || sameDomain) && user.toLowerCase() === person.username);
}

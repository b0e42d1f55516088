/** A mail server that delivers nothing: what n8n's *Send Email* sends is kept for the test to read (RFC 5321, as far as that takes). */
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface SentMail {
	to: string;
	subject: string;
	/** Decoded, if it was quoted-printable. */
	text: string;
}

export interface SmtpServer {
	readonly port: number;
	readonly mails: SentMail[];
	close(): Promise<void>;
}

const decoded = (text: string): string => Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8');

function read(raw: string, to: string): SentMail {
	const [head = '', ...rest] = raw.split('\r\n\r\n');
	const headers = head.replace(/\r\n[ \t]+/g, ' ');
	const body = rest.join('\r\n\r\n').replace(/^\.\./gm, '.');
	return { to, subject: /^subject: (.*)$/im.exec(headers)?.[1] ?? '', text: /^content-transfer-encoding: quoted-printable/im.test(headers) ? decoded(body) : body };
}

function serve(socket: Socket, deliver: (mail: SentMail) => void): void {
	let [buffer, to, isData] = ['', '', false];
	socket.write('220 test\r\n');
	socket.on('error', () => undefined);
	socket.on('data', (chunk) => {
		buffer += chunk.toString('latin1');
		for (;;) {
			const end = buffer.indexOf(isData ? '\r\n.\r\n' : '\r\n');
			if (end < 0) return;
			const text = buffer.slice(0, end);
			buffer = buffer.slice(end + (isData ? 5 : 2));
			if (isData) {
				deliver(read(text, to));
				isData = false;
				socket.write('250 kept\r\n');
				continue;
			}
			if (/^rcpt to:/i.test(text)) to = /<([^>]*)>/.exec(text)?.[1] ?? '';
			isData = /^data$/i.test(text);
			socket.write(isData ? '354 go on\r\n' : /^quit/i.test(text) ? '221 bye\r\n' : '250 test\r\n');
		}
	});
}

export async function startSmtp(): Promise<SmtpServer> {
	const mails: SentMail[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		serve(socket, (mail) => void mails.push(mail));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		mails,
		close: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}

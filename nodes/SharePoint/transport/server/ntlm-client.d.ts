// The library has no types of its own: as far as it is used here.
declare module '@ewsjs/ntlm-client' {
	export interface Type2Message {
		/** NEGOTIATE flags of MS-NLMP 2.2.2.5. */
		flags: number;
		encoding: 'ascii' | 'ucs2';
		/** 2 if the server takes NTLMv2; with 1 the library would send the old, weak responses. */
		version: 1 | 2;
		challenge: Buffer;
		targetName: string;
		targetInfo?: { parsed?: Record<string, string>; buffer?: Buffer };
	}
	export function createType1Message(workstation?: string, target?: string): string;
	/** @throws Error for what is no type 2 message */
	export function decodeType2Message(header: string): Type2Message;
	export function createType3Message(challenge: Type2Message, username: string, password: string, workstation?: string, target?: string): string;
}

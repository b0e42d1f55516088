/** A query, a part of it, or what goes into it is wrong; the message says which and how. */
export class SoqlError extends Error {}

/** A value cannot be written in SOQL: the rest of a sentence, whose beginning says what the value is of. */
export class LiteralError extends Error {}

/** The whole sentence. @param error of writing a value; any other is handed back as it is */
export function withSubject(subject: string, error: unknown): unknown {
	return error instanceof LiteralError ? new SoqlError(`${subject} ${error.message}`) : error;
}

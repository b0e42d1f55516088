// The test users of every provider that the sandbox plays. Knows names and passwords, nothing of any provider.

export interface Person {
	readonly name: string;
	readonly givenName: string;
	readonly familyName: string;
	readonly username: string;
	readonly email: string;
	readonly password: string;
}

function person(name: string, givenName: string, familyName: string): Person {
	const email = `${name}@example.com`;
	return { name, givenName, familyName, username: email, email, password: `${name}-password` };
}

/** Alice, Bob and Carol own rows; `integration` is the service account that may read everybody's rows. */
export const people: readonly Person[] = [
	person('alice', 'Alice', 'Archer'),
	person('bob', 'Bob', 'Baker'),
	person('carol', 'Carol', 'Clark'),
	person('integration', 'Integration', 'User'),
];

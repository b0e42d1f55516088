// Twenty people instead of the sandbox's four, who are among them. Takes the place of test/sandbox/people.ts.
import type { Person } from '../../../sandbox/people';

const NAMES = ['alice', 'bob', 'carol', ...Array.from({ length: 16 }, (_, index) => `person-${index + 4}`), 'integration'];

export const people: readonly Person[] = NAMES.map((name) => {
	const email = `${name}@example.com`;
	return { name, givenName: name.charAt(0).toUpperCase() + name.slice(1), familyName: 'Crowd', username: email, email, password: `${name}-password` };
});

// The rows behind the API: everybody's own, and what was written to them.
import { people, type Person } from '../people';

export interface Item {
	readonly id: string;
	/** Begins with the given name of its owner. */
	readonly name: string;
	readonly owner: string;
	/** As it was posted. */
	readonly body?: unknown;
}

export class Items {
	private readonly rows: Item[] = people.flatMap(({ name, givenName }) => ['Anchor', 'Beacon', 'Compass'].map((thing, index) => ({ id: `${name}-${index + 1}`, name: `${givenName} ${thing}`, owner: name })));

	/** Own rows; all of them for a service and for the integration user, as in the other played APIs. */
	visibleTo(person: Person | undefined): readonly Item[] {
		return !person || person.name === 'integration' ? this.rows : this.rows.filter(({ owner }) => owner === person.name);
	}

	add(person: Person | undefined, body: unknown): Item {
		const owner = person?.name ?? 'service';
		const label = String((body as { name?: unknown } | undefined)?.name ?? 'Item');
		const item = { id: `${owner}-${this.rows.length + 1}`, name: `${person?.givenName ?? 'Service'} ${label}`, owner, body: body ?? null };
		this.rows.push(item);
		return item;
	}
}
